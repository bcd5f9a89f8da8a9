// What recipes that are kept are given, and how it travels.
#include "cli/transform/recipes/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cli/exit_codes.h"
#include "tests/support/process.h"

namespace triad::cli {
namespace {

namespace v1 = transform::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using Given = std::vector<std::pair<std::string, std::string>>;

class RunOfTest : public ::testing::Test {
 protected:
  RunOfTest() {
    recipe_.set_name("recipes/sign");
    recipe_.set_version(3);
    Add("the_key", v1::Parameter::KIND_SECRET).set_required(true);
    Add("level", v1::Parameter::KIND_INTEGER);
    std::ofstream(directory_.path() + "/key") << std::string("\xff\0", 2);
  }

  v1::Parameter& Add(const std::string& name, v1::Parameter::Kind kind) {
    v1::Parameter& parameter = *recipe_.add_parameters();
    parameter.set_name(name);
    parameter.set_kind(kind);
    return parameter;
  }
  std::string File() const { return directory_.path() + "/key"; }
  absl::StatusOr<RecipeRun> Run(const Given& given) const {
    FlagValues flags;
    for (const auto& [name, text] : given) flags.Add(name, text);
    return RunOf(recipe_, flags);
  }
  std::string Refused(const Given& given) const {
    absl::Status status = Run(given).status();
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage);
    return std::string(status.message());
  }

  testing::TemporaryDirectory directory_;
  v1::Recipe recipe_;
};

TEST_F(RunOfTest, SendsASecretAsAHeaderAndTheRestInTheMessage) {
  RecipeRun run = *Run({{"secret-file", "the_key=" + File()}, {"arg", "level=a=b"}});
  EXPECT_EQ(run.request.name(), "recipes/sign");
  EXPECT_EQ(run.request.version(), 3);
  EXPECT_THAT(run.request.arguments(), UnorderedElementsAre(Pair("level", "a=b")));
  EXPECT_THAT(run.headers, ElementsAre(Pair("x-meta-argument-the-key", "hex:ff00")));
}

TEST_F(RunOfTest, LeavesOutWhatHasADefault) {
  EXPECT_THAT(Run({{"secret-file", "the_key=" + File()}})->request.arguments(), IsEmpty());
}

TEST_F(RunOfTest, SaysWhatHasToBeGiven) {
  EXPECT_THAT(Refused({}), HasSubstr("needs 'the_key'; give --secret the_key or --secret-file"));
  recipe_.mutable_parameters(0)->set_kind(v1::Parameter::KIND_TEXT);
  EXPECT_THAT(Refused({}), HasSubstr("give --arg the_key=VALUE"));
  EXPECT_TRUE(Run({{"arg", "the_key="}}).ok());
}

TEST_F(RunOfTest, TakesNoSecretOpenlyAndDoesNotRepeatIt) {
  std::string refused = Refused({{"arg", "the_key=hunter2"}});
  EXPECT_THAT(refused, HasSubstr("'the_key' is a secret"));
  EXPECT_THAT(refused, Not(HasSubstr("hunter2")));
  EXPECT_THAT(Refused({{"secret-file", "level=" + File()}}),
              HasSubstr("'level' is no secret of recipes/sign; give --arg level=VALUE"));
}

TEST_F(RunOfTest, NamesWhatIsWrongWithAnArgument) {
  EXPECT_THAT(Refused({{"arg", "levle=1"}}),
              HasSubstr("has no parameter 'levle'; did you mean 'level'?"));
  EXPECT_THAT(Refused({{"arg", "level"}}), HasSubstr("expected NAME=VALUE"));
  EXPECT_THAT(Refused({{"arg", "level=1"}, {"arg", "level=2"}}), HasSubstr("is given twice"));
}

}  // namespace
}  // namespace triad::cli

// Secrets from files into recipes.
#include "cli/transform/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "services/transform/engine/recipe/language.h"
#include "tests/support/process.h"

namespace triad::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class SecretsTest : public ::testing::Test {
 protected:
  std::string File(const std::string& content) const {
    std::string path = directory_.path() + "/secret";
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  absl::StatusOr<Secrets> Read(const std::string& given) const {
    FlagValues flags;
    flags.Add("secret-file", given);
    return ReadSecrets(flags);
  }

  testing::TemporaryDirectory directory_;
};

// The argument of the recipe's only step.
absl::StatusOr<std::string> Filled(const std::string& text, const Secrets& secrets) {
  transform::Recipe recipe = *transform::ParseRecipe(text);
  absl::Status status = FillSecrets(secrets, recipe);
  if (!status.ok()) return status;
  return recipe[0].arguments.begin()->second;
}

TEST_F(SecretsTest, TakesOneNewlineFromTextAndNothingFromBytes) {
  EXPECT_THAT(*Read("key=" + File("a\n\n")), UnorderedElementsAre(Pair("key", "a\n")));
  EXPECT_THAT(*Read("key=" + File("\xff\n")), UnorderedElementsAre(Pair("key", "\xff\n")));
}

TEST_F(SecretsTest, SaysWhatIsWrongWithTheFlag) {
  EXPECT_THAT(std::string(Read("key").status().message()), HasSubstr("expected NAME=FILE"));
  EXPECT_THAT(std::string(Read("1=" + File("a")).status().message()), HasSubstr("not '1'"));
  EXPECT_THAT(std::string(Read("key=/nowhere").status().message()), HasSubstr("/nowhere"));
}

TEST(FillSecretsTest, GivesBytesAsTheyAre) {
  EXPECT_EQ(*Filled("hmac(key='${k}')", {{"k", "\xff\n"}}), "hex:ff0a");
  EXPECT_EQ(*Filled("hmac(key='a${k}')", {{"k", "b"}}), "hex:6162");
  EXPECT_EQ(*Filled("hmac(key='hex:${k}')", {{"k", "00"}}), "hex:00");
}

TEST(FillSecretsTest, GivesTextSoThatNothingInItIsAVariable) {
  EXPECT_EQ(*Filled("filter-lines(pattern='${k}')", {{"k", "a${b}"}}), "a$${b}");
  EXPECT_THAT(
      std::string(Filled("filter-lines(pattern='${k}')", {{"k", "\xff"}}).status().message()),
      HasSubstr("steps[0].arguments.pattern: must be text"));
}

TEST(FillSecretsTest, LeavesOtherVariablesAlone) {
  transform::Recipe recipe = *transform::ParseRecipe("hmac(key='${k}') | hmac(key='${other}')");
  EXPECT_TRUE(FillSecrets({{"k", "a"}}, recipe).ok());
  EXPECT_EQ(recipe[1].arguments.at("key"), "${other}");
  EXPECT_THAT(std::string(Filled("hmac(key='${k}${o}')", {{"k", "a"}}).status().message()),
              HasSubstr("beside what a step keeps"));
  EXPECT_THAT(std::string(Filled("hmac(key=a)", {{"k", "a"}}).status().message()),
              HasSubstr("nothing in RECIPE takes ${k}"));
}

}  // namespace
}  // namespace triad::cli

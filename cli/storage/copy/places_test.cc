// What SOURCE and DESTINATION of cp and mv mean.
#include "cli/storage/copy/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "tests/support/process.h"

namespace triad::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ResolveCopiesTest : public ::testing::Test {
 protected:
  std::vector<std::string> Pairs(const std::vector<std::string>& arguments, bool recursive) {
    auto copies = ResolveCopies(arguments, recursive);
    EXPECT_TRUE(copies.ok()) << copies.status();
    std::vector<std::string> pairs;
    if (!copies.ok()) return pairs;
    for (const Copying& one : *copies) {
      pairs.push_back(absl::StrCat(one.from.text(), " > ", one.to.text()));
    }
    return pairs;
  }
  std::string Problem(const std::vector<std::string>& arguments, bool recursive) {
    absl::Status status = ResolveCopies(arguments, recursive).status();
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage) << status;
    return std::string(status.message());
  }

  testing::TemporaryDirectory directory_;
};

TEST_F(ResolveCopiesTest, OneGoesToANameOrBelowAFolder) {
  EXPECT_THAT(Pairs({"x/a.txt", "triad://b/c"}, false), ElementsAre("x/a.txt > triad://b/c"));
  EXPECT_THAT(Pairs({"x/a.txt", "triad://b/c/"}, false),
              ElementsAre("x/a.txt > triad://b/c/a.txt"));
  EXPECT_THAT(Pairs({"x/a.txt", "triad://b"}, false), ElementsAre("x/a.txt > triad://b/a.txt"));
  EXPECT_THAT(Pairs({"triad://b/x/a", "new/"}, false), ElementsAre("triad://b/x/a > new/a"));
  EXPECT_THAT(Pairs({"triad://b/x/a", directory_.path()}, false),
              ElementsAre(absl::StrCat("triad://b/x/a > ", directory_.path(), "/a")));
  EXPECT_THAT(Pairs({"-", "triad://b/c"}, false), ElementsAre("- > triad://b/c"));
  EXPECT_THAT(Pairs({"triad://b/c", "-"}, false), ElementsAre("triad://b/c > -"));
}

TEST_F(ResolveCopiesTest, SeveralGoBelowTheLast) {
  EXPECT_THAT(Pairs({"a", "triad://b/c", "triad://d/e"}, false),
              ElementsAre("a > triad://d/e/a", "triad://b/c > triad://d/e/c"));
}

TEST_F(ResolveCopiesTest, FoldersBecomeAlike) {
  EXPECT_THAT(Pairs({directory_.path(), "triad://b"}, true),
              ElementsAre(absl::StrCat(directory_.path(), " > triad://b/")));
  EXPECT_THAT(Pairs({"triad://b/x", "triad://c/y", "to"}, true),
              ElementsAre("triad://b/x > to/x", "triad://c/y > to/y"));
}

TEST_F(ResolveCopiesTest, NamesTheArgumentThatIsWrong) {
  EXPECT_THAT(Problem({"a", "b"}, false), HasSubstr("DESTINATION: expected triad://"));
  EXPECT_THAT(Problem({"triad://b/x/", "a"}, false),
              HasSubstr("SOURCE: 'triad://b/x/' is a folder"));
  EXPECT_THAT(Problem({directory_.path(), "triad://b"}, false), HasSubstr("give -r"));
  EXPECT_THAT(Problem({"none", "triad://b"}, true), HasSubstr("SOURCE: expected a directory"));
  EXPECT_THAT(Problem({"-", "triad://b"}, false), HasSubstr("DESTINATION: expected a name"));
  EXPECT_THAT(Problem({"triad://b/x", "triad://b/x/y"}, true), HasSubstr("is below SOURCE"));
  EXPECT_THAT(Problem({"triad://b", "triad://b/y"}, true), HasSubstr("is below SOURCE"));
  EXPECT_THAT(Pairs({"triad://b/x", "triad://b/xy"}, true),
              ElementsAre("triad://b/x > triad://b/xy"));
}

}  // namespace
}  // namespace triad::cli

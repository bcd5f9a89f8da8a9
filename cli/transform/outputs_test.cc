// Where outputs go, by the command line.
#include "cli/transform/outputs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "cli/commands.h"
#include "tests/support/process.h"

namespace triad::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class OutputsTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }
  static Session SessionOf(std::vector<std::string> args) {
    args.insert(args.begin(), "transform");
    return Session(Commands(), *Parse(Commands(), args), {}, {});
  }
  static std::string Problem(std::vector<std::string> args) {
    absl::Status status = TransformJobs(SessionOf(std::move(args))).status();
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage) << status;
    return std::string(status.message());
  }

  testing::TemporaryDirectory directory_;
};

TEST_F(OutputsTest, PutsEachFileBelowADirectoryUnderItsName) {
  auto jobs = *TransformJobs(SessionOf({"unhex", "a/x", "b/y", "--to", Path("new/deep/")}));
  ASSERT_EQ(jobs.size(), 2u);
  EXPECT_EQ(jobs[0].output, Path("new/deep/x"));
  EXPECT_EQ(jobs[1].output, Path("new/deep/y"));
  EXPECT_TRUE(fs::is_directory(Path("new/deep")));
  EXPECT_EQ((*TransformJobs(SessionOf({"unhex", "x", "--to", Path("")})))[0].output, Path("x"));
}

TEST_F(OutputsTest, RefusesWhatHasNoPlace) {
  EXPECT_THAT(Problem({"unhex", "a/x", "b/x", "--to", Path("d/")}), HasSubstr("the name 'x'"));
  EXPECT_THAT(Problem({"unhex", "--to", Path("d/")}), HasSubstr("has no name"));
  EXPECT_THAT(Problem({"unhex", "a", "b", "--to", Path("one")}), HasSubstr("DIR/"));
  EXPECT_THAT(Problem({"unhex", "--in-place"}), HasSubstr("needs FILE"));
  EXPECT_THAT(Problem({"unhex", "a", "--in-place", "--to", "b"}), HasSubstr("--in-place"));
}

TEST_F(OutputsTest, ReplacesWhatALinkPointsToWithItsPermissions) {
  std::ofstream(Path("real")) << "old";
  fs::permissions(Path("real"), static_cast<fs::perms>(0664));
  fs::create_symlink("real", Path("link"));
  Session session = SessionOf({"unhex", Path("link"), "--in-place"});
  auto jobs = *TransformJobs(session);
  auto output = *TransformOutput::Open(session, jobs[0]);
  ASSERT_TRUE(output.Append("new").ok());
  ASSERT_TRUE(output.Commit().ok());
  EXPECT_TRUE(fs::is_symlink(Path("link")));
  std::string text;
  std::getline(std::ifstream(Path("real")), text);
  EXPECT_EQ(text, "new");
  EXPECT_EQ(fs::status(Path("real")).permissions(), static_cast<fs::perms>(0664));
}

}  // namespace
}  // namespace triad::cli

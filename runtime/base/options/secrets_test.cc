#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "runtime/base/options/options.h"

namespace triad {
namespace {

using testing::HasSubstr;

class SecretsTest : public testing::Test {
 protected:
  SecretsTest() : path_(absl::StrCat(testing::TempDir(), "/triad-secret-", getpid())) {}
  ~SecretsTest() override {
    unsetenv("TRIAD_TEST_SECRET");
    unsetenv("TRIAD_TEST_SECRET_FILE");
    std::filesystem::remove(path_);
  }

  void SetFile(const std::string& content) {
    std::ofstream(path_, std::ios::binary) << content;
    setenv("TRIAD_TEST_SECRET_FILE", path_.c_str(), 1);
  }

  absl::StatusOr<std::string> Get() { return SecretFromEnvironment("TRIAD_TEST_SECRET"); }

  const std::string path_;
};

TEST_F(SecretsTest, NeitherIsNotFound) { EXPECT_TRUE(absl::IsNotFound(Get().status())); }

TEST_F(SecretsTest, TheVariableItself) {
  setenv("TRIAD_TEST_SECRET", "value", 1);
  EXPECT_EQ(*Get(), "value");
}

TEST_F(SecretsTest, TheFileWithoutOneNewline) {
  SetFile("two\nlines\n\n");
  EXPECT_EQ(*Get(), "two\nlines\n");
  SetFile(std::string("\0\xff", 2));
  EXPECT_EQ(*Get(), std::string("\0\xff", 2));
  SetFile("");
  EXPECT_EQ(*Get(), "");
}

TEST_F(SecretsTest, BothAreRefused) {
  SetFile("a");
  setenv("TRIAD_TEST_SECRET", "b", 1);
  EXPECT_THAT(Get().status().message(), HasSubstr("both set"));
}

TEST_F(SecretsTest, UnreadableFilesAreNamed) {
  setenv("TRIAD_TEST_SECRET_FILE", "/no/such/file", 1);
  EXPECT_EQ(Get().status().message(),
            "TRIAD_TEST_SECRET_FILE: cannot read '/no/such/file': No such file or directory");
  setenv("TRIAD_TEST_SECRET_FILE", "/tmp", 1);
  EXPECT_EQ(Get().status().message(), "TRIAD_TEST_SECRET_FILE: cannot read '/tmp': Is a directory");
}

}  // namespace
}  // namespace triad

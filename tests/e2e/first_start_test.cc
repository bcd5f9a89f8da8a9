// The first start of config, with settings that cannot be used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/http.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

using ::testing::HasSubstr;

class FirstStartTest : public ::testing::Test {
 protected:
  // Of a config whose start fails: its exit code, and its log.
  std::pair<int, std::string> Refused(const std::string& variable) {
    ChildProcess process(
        {.program = BinaryDirectory() + "/triad-config",
         .arguments = {"--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0", "--data_dir=" + data_},
         .environment = {variable},
         .log = directory_.path() + "/refused.log"});
    int code = process.Wait();
    return {code, process.Log()};
  }

  TemporaryDirectory directory_;
  std::string data_ = directory_.path() + "/config";  // as Server's
};

TEST_F(FirstStartTest, ASettingThatIsNotTextIsRefusedByNameAndLeavesNoKey) {
  for (const char* name : {"SECRET_KEY", "DB_PASSWORD", "API_BASE_URL", "LOG_LEVEL"}) {
    auto [code, log] = Refused(std::string(name) + "=caf\xe9");
    EXPECT_EQ(code, 1) << log;
    EXPECT_THAT(log, HasSubstr("triad-config: " + std::string(name) +
                               " must be text in UTF-8, without NUL\n"));
    EXPECT_FALSE(std::filesystem::exists(data_ + "/secret.key"));
  }
}

TEST_F(FirstStartTest, TheNextStartIsAFirstOneStill) {
  EXPECT_EQ(Refused("API_BASE_URL=\xff").first, 1);
  Server config("config", directory_.path(), {});
  config.Start(
      {"API_BASE_URL=https://b\xc3\xbc"
       "cher.example"});
  EXPECT_THAT(config.process().Log(), HasSubstr("new database"));
  EXPECT_EQ(config.Stop(), 0);
}

}  // namespace
}  // namespace triad::testing

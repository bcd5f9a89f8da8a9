#include "services/config/app/app_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <map>
#include <string>

#include "runtime/base/testing/fake_random.h"
#include "runtime/io/testing/temp_directory.h"

namespace triad::config {
namespace {

using ::testing::HasSubstr;

class AppSettingsTest : public ::testing::Test {
 protected:
  void SetUp() override { Clear(); }
  void TearDown() override { Clear(); }

  std::map<std::string, EntryWrite> Settings() {
    FakeRandom random;
    auto writes = AppSettingsFromEnvironment(random);
    EXPECT_TRUE(writes.ok()) << writes.status();
    std::map<std::string, EntryWrite> settings;
    for (const EntryWrite& write : *writes) settings[write.name.key] = write;
    return settings;
  }

 private:
  static void Clear() {
    for (const char* name :
         {"SECRET_KEY", "DB_PASSWORD", "API_BASE_URL", "LOG_LEVEL", "MAX_CONNECTIONS"}) {
      unsetenv(name);
      unsetenv((std::string(name) + "_FILE").c_str());
    }
  }
};

TEST_F(AppSettingsTest, HasDefaultsAndNoDefaultCredential) {
  auto settings = Settings();
  ASSERT_EQ(settings.size(), 5u);
  EXPECT_EQ(settings["API_BASE_URL"].value, Value(std::string("http://127.0.0.1:4545")));
  EXPECT_EQ(settings["LOG_LEVEL"].value, Value(std::string("info")));
  EXPECT_EQ(settings["MAX_CONNECTIONS"].value, Value(std::int64_t{100}));
  EXPECT_TRUE(settings["SECRET_KEY"].secret);
  EXPECT_TRUE(settings["DB_PASSWORD"].secret);
  EXPECT_EQ(FormatValue(*settings["SECRET_KEY"].value).size(), 64u);
  EXPECT_NE(settings["SECRET_KEY"].value, settings["DB_PASSWORD"].value);
  EXPECT_EQ(settings["LOG_LEVEL"].name, (EntryName{"app", "LOG_LEVEL"}));
}

TEST_F(AppSettingsTest, TakesVariablesAndFiles) {
  TempDirectory directory;
  std::string file = directory.path() + "/password";
  std::ofstream(file) << "from file\n";
  setenv("DB_PASSWORD_FILE", file.c_str(), 1);
  setenv("MAX_CONNECTIONS", "7", 1);
  setenv("LOG_LEVEL", "debug", 1);
  auto settings = Settings();
  EXPECT_EQ(settings["DB_PASSWORD"].value, Value(std::string("from file")));
  EXPECT_EQ(settings["MAX_CONNECTIONS"].value, Value(std::int64_t{7}));
  EXPECT_EQ(settings["LOG_LEVEL"].value, Value(std::string("debug")));
}

TEST_F(AppSettingsTest, NamesTheVariableThatCannotBeUsed) {
  setenv("MAX_CONNECTIONS", "many", 1);
  FakeRandom random;
  absl::Status status = AppSettingsFromEnvironment(random).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("MAX_CONNECTIONS"));
}

TEST_F(AppSettingsTest, EverySettingHasToBeText) {
  TempDirectory directory;
  std::string file = directory.path() + "/value";
  for (const AppSetting& setting : kAppSettings) {
    std::string name(setting.name);
    FakeRandom random;
    setenv(name.c_str(), "caf\xe9", 1);
    EXPECT_EQ(AppSettingsFromEnvironment(random).status(),
              absl::InvalidArgumentError(name + " must be text in UTF-8, without NUL"));
    unsetenv(name.c_str());
    std::ofstream(file) << "1" << '\0';
    setenv((name + "_FILE").c_str(), file.c_str(), 1);
    EXPECT_EQ(AppSettingsFromEnvironment(random).status(),
              absl::InvalidArgumentError(name + " must be text in UTF-8, without NUL"));
    unsetenv((name + "_FILE").c_str());
  }
}

TEST_F(AppSettingsTest, TextMayBeInAnyScript) {
  setenv("API_BASE_URL",
         "https://b\xc3\xbc"
         "cher.example",
         1);
  EXPECT_EQ(Settings()["API_BASE_URL"].value, Value(std::string("https://b\xc3\xbc"
                                                                "cher.example")));
}

}  // namespace
}  // namespace triad::config

// Profiles and what holds for a run.
#include "cli/settings/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/process.h"

namespace triad::cli {
namespace {

using ::testing::HasSubstr;

class ProfilesTest : public ::testing::Test {
 protected:
  testing::TemporaryDirectory directory_;
  const std::string path_ = directory_.path() + "/deep/er/config.yaml";

  std::string Problem(const std::string& text) {
    std::string path = directory_.path() + "/broken.yaml";
    std::ofstream(path) << text;
    return std::string(ReadProfiles(path).status().message());
  }
};

TEST_F(ProfilesTest, ReadsWhatItHasWritten) {
  Profiles profiles;
  profiles.current = "a b";
  profiles.by_name["a b"] = {{"server", "https://h:1"}, {"token-file", "/t"}};
  profiles.by_name["yes"] = {{"output", "json"}};
  ASSERT_TRUE(WriteProfiles(path_, profiles).ok());
  Profiles read = *ReadProfiles(path_);
  EXPECT_EQ(read.current, profiles.current);
  EXPECT_EQ(read.by_name, profiles.by_name);
}

TEST_F(ProfilesTest, NobodyElseMayReadTheFile) {
  ASSERT_TRUE(WriteProfiles(path_, {}).ok());
  EXPECT_EQ(std::filesystem::status(path_).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(ProfilesTest, AFileThatIsNotThereHasNone) {
  EXPECT_TRUE(ReadProfiles(path_)->by_name.empty());
  EXPECT_TRUE(ReadProfiles("")->by_name.empty());
}

TEST_F(ProfilesTest, NamesFileAndPlaceOfAMistake) {
  EXPECT_THAT(Problem("current: [a"), HasSubstr("broken.yaml: line 2, column 1"));
  EXPECT_THAT(Problem("profiles: {p: {serve: x}}"), HasSubstr("profiles.p.serve"));
  EXPECT_THAT(Problem("profiles: {p: {server: 1}}"), HasSubstr("profiles.p.server: expected text"));
  EXPECT_THAT(Problem("profile: {}"), HasSubstr("profile: expected"));
}

class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() {
    profiles_.current = "near";
    profiles_.by_name["near"] = {{"server", "http://near"}, {"namespace", "n"}};
    profiles_.by_name["far"] = {{"server", "grpc://far:1"}, {"output", "yaml"}};
    for (const char* name : {"TRIADCTL_SERVER", "TRIADCTL_PROFILE", "TRIADCTL_OUTPUT",
                             "TRIADCTL_NAMESPACE", "TRIADCTL_WAIT", "TRIAD_TOKEN_FILE"}) {
      unsetenv(name);
    }
  }

  Profiles profiles_;
  FlagValues flags_;
};

TEST_F(SettingsTest, HaveDefaults) {
  Settings settings = *ResolveSettings(flags_, {});
  EXPECT_EQ(settings.server, "http://127.0.0.1:4545");
  EXPECT_EQ(settings.wait, absl::ZeroDuration());
  EXPECT_EQ(settings.output, OutputFormat::kTable);
}

TEST_F(SettingsTest, AFlagIsBeforeTheEnvironmentIsBeforeTheProfile) {
  EXPECT_EQ(ResolveSettings(flags_, profiles_)->server, "http://near");
  setenv("TRIADCTL_SERVER", "http://variable", 1);
  EXPECT_EQ(ResolveSettings(flags_, profiles_)->server, "http://variable");
  flags_.Add("server", "http://flag");
  Settings settings = *ResolveSettings(flags_, profiles_);
  EXPECT_EQ(settings.server, "http://flag");
  EXPECT_EQ(settings.name_space, "n");
}

TEST_F(SettingsTest, AnotherProfileTakesThePlaceOfTheCurrentOne) {
  setenv("TRIADCTL_PROFILE", "far", 1);
  Settings settings = *ResolveSettings(flags_, profiles_);
  EXPECT_EQ(settings.server, "grpc://far:1");
  EXPECT_EQ(settings.name_space, "");
  EXPECT_EQ(settings.output, OutputFormat::kYaml);
}

TEST_F(SettingsTest, NameWhereAMistakeStands) {
  flags_.Add("profile", "nowhere");
  EXPECT_THAT(std::string(ResolveSettings(flags_, profiles_).status().message()),
              HasSubstr("--profile: there is no profile 'nowhere'"));
  setenv("TRIADCTL_WAIT", "long", 1);
  EXPECT_THAT(std::string(ResolveSettings({}, profiles_).status().message()),
              HasSubstr("TRIADCTL_WAIT: expected a duration"));
  unsetenv("TRIADCTL_WAIT");
  profiles_.by_name["near"]["output"] = "xml";
  EXPECT_THAT(std::string(ResolveSettings({}, profiles_).status().message()),
              HasSubstr("profile near: output: must be"));
}

}  // namespace
}  // namespace triad::cli

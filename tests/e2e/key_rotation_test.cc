// The key of config's secrets is exchanged while everything runs, and whenever a
// process ends meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "tests/support/http.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kDone[] = "every secret is sealed with the first key";
constexpr char kStays[] = "what was read before stays";
constexpr char kOld[] = "triad_config_secrets_sealed_with_old_key";
constexpr char kReloads[] = "triad_secret_reloads_total";

std::string NewKey() {
  static std::random_device random;
  std::string key;
  for (int i = 0; i < 64; ++i) key += "0123456789abcdef"[random() % 16];
  return key + "\n";
}

class KeyRotationTest : public ::testing::Test {
 protected:
  Server& config() { return suite_.config(); }
  std::string Path(int number) {
    return suite_.Url("/api/v1/namespaces/rotated/entries/secret" + std::to_string(number));
  }
  // The file that config has made for itself, and another one in its place.
  std::string Keys() { return ReadWholeFile(config().data_directory() + "/secret.key"); }
  void WriteKeys(const std::string& keys) {
    std::string file = config().data_directory() + "/secret.key";
    std::ofstream(file + ".new") << keys;
    std::filesystem::rename(file + ".new", file);
  }
  void WriteSecrets(int count) {
    for (int i = 0; i < count; ++i) {
      std::string entry =
          R"({"value":{"stringValue":"hunter-)" + std::to_string(i) + R"("},"secret":true})";
      HttpResponse reply = OnceServed([&] { return Put(Path(i), entry); });
      ASSERT_EQ(reply.status, 200) << reply.body;
    }
  }
  void ExpectSecrets(int count, const std::string& version) {
    for (int i = 0; i < count; ++i) {
      HttpResponse reply = OnceServed([&] { return Get(Path(i)); });
      ASSERT_EQ(reply.status, 200) << reply.body;
      EXPECT_EQ(reply.json().at("value").at("stringValue"), "********");
      EXPECT_EQ(reply.json().at("version"), version);
    }
  }

  void ExpectValues(int count) {
    for (int i = 0; i < count; ++i) {
      HttpResponse reply = OnceServed([&] { return Post(Path(i) + ":reveal", "{}"); });
      EXPECT_EQ(reply.json().at("value").at("stringValue"), "hunter-" + std::to_string(i));
    }
  }
  HttpResponse RotateDataKey() {
    return Post(suite_.Url("/api/v1/namespaces/rotated:rotateDataKey"), "{}");
  }

  Suite suite_;
};

TEST_F(KeyRotationTest, NeedsNoRestartAndTheOldKeyMayLeave) {
  constexpr int kSecrets = 20;
  WriteSecrets(kSecrets);
  WriteSecrets(kSecrets);
  std::string before = Keys(), after = NewKey();
  WriteKeys(after + before);
  EXPECT_THAT(config().process().WaitForLine(kDone), HasSubstr("key_id"));
  EXPECT_EQ(config().Metric(kOld), 0);
  WriteKeys(after);
  EXPECT_TRUE(Eventually([&] { return config().Metric(kReloads) == 2; }));
  EXPECT_THAT(config().process().Log(), Not(HasSubstr(kStays)));
  ExpectSecrets(kSecrets, "2");

  EXPECT_EQ(config().Stop(), 0);
  config().Start();
  ExpectSecrets(kSecrets, "2");
  WriteSecrets(kSecrets);
  ExpectSecrets(kSecrets, "3");
  EXPECT_EQ(Get(suite_.Url("/config")).json().at("SECRET_KEY"), "********");
}

TEST_F(KeyRotationTest, AFileThatCannotBeTakenChangesNothing) {
  WriteSecrets(1);
  std::string before = Keys(), after = NewKey();
  WriteKeys(after);
  std::string refused = config().process().WaitForLine(kStays);
  EXPECT_THAT(refused, HasSubstr("--secret_key_file: "));
  EXPECT_THAT(refused, HasSubstr("it lacks key "));
  EXPECT_THAT(refused, HasSubstr("has to stay in the file, as a later line"));
  ExpectSecrets(1, "1");
  WriteSecrets(1);
  ExpectSecrets(1, "2");

  // Put right, it is taken, and nobody has had to restart anything.
  WriteKeys(after + before);
  config().process().WaitForLine(kDone);
  WriteKeys(after + before + "not-a-key\n");
  EXPECT_THAT(config().process().WaitForLine("line 3: "), HasSubstr(kStays));
  EXPECT_THAT(config().process().Log(), Not(HasSubstr("not-a-key")));
  EXPECT_EQ(config().Metric(kReloads), 3);
  WriteSecrets(1);
  ExpectSecrets(1, "3");
}

TEST_F(KeyRotationTest, IsTakenUpAgainAfterAKill) {
  constexpr int kSecrets = 300;
  WriteSecrets(kSecrets);
  for (int round = 0; round < 3; ++round) {
    std::string before = Keys(), after = NewKey();
    WriteKeys(after + before);
    config().process().WaitForLine("read again");
    ASSERT_EQ(RotateDataKey().status, 200);
    config().Kill();
    config().Start();
    config().process().WaitForLine(kDone);
    EXPECT_TRUE(Eventually([&] { return config().Metric(kOld) == 0; }));
    ExpectSecrets(kSecrets, "1");
    WriteKeys(after);
    EXPECT_TRUE(Eventually([&] { return config().Metric(kReloads) == 1; }));
    EXPECT_THAT(config().process().Log(), Not(HasSubstr(kStays)));
  }
  config().Kill();
  config().Start();
  ExpectSecrets(kSecrets, "1");
  ExpectValues(kSecrets);
}

TEST_F(KeyRotationTest, ByCallsTheKeysChangeWithoutAFile) {
  constexpr int kSecrets = 20;
  WriteSecrets(kSecrets);
  std::string before = Keys();
  HttpResponse rotated = Post(suite_.Url("/api/v1/keyring:rotate"), "{}");
  ASSERT_EQ(rotated.status, 200) << rotated.body;
  EXPECT_EQ(rotated.json().at("keys").size(), 2u);
  EXPECT_EQ(Keys().size(), 2 * before.size());
  EXPECT_THAT(Keys(), ::testing::EndsWith(before));
  HttpResponse drawn = RotateDataKey();
  ASSERT_EQ(drawn.status, 200) << drawn.body;
  EXPECT_EQ(drawn.json().at("name"), "namespaces/rotated/dataKeys/2");
  EXPECT_EQ(drawn.json().at("keyEncryptionKey"), rotated.json().at("keys").at(0).at("id"));

  HttpResponse keyring;
  EXPECT_TRUE(Eventually([&] {
    keyring = Get(suite_.Url("/api/v1/keyring"));
    return keyring.json().at("pending") == "0" &&
           keyring.json().at("keys").at(1).at("dataKeys") == "0";
  })) << keyring.body;
  WriteKeys(Keys().substr(0, before.size()));
  EXPECT_TRUE(
      Eventually([&] { return Get(suite_.Url("/api/v1/keyring")).json().at("keys").size() == 1; }));
  ExpectSecrets(kSecrets, "1");
  ExpectValues(kSecrets);
  EXPECT_EQ(Post(suite_.Url("/api/v1/namespaces/none:rotateDataKey"), "{}").status, 404);
}

}  // namespace
}  // namespace triad::testing

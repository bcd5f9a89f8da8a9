#include "services/config/secrets/keyring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/random.h"
#include "services/config/model/entry.h"

namespace triad::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const EntryName& Password() {
  static const EntryName kName{"app", "DB_PASSWORD"};
  return kName;
}

std::string NewKey() { return SecretBox::NewKeyText(Random::System()); }

Keyring::Keys Parse(const std::string& text) {
  auto keys = Keyring::Parse(text, Random::System());
  EXPECT_TRUE(keys.ok()) << keys.status();
  return *std::move(keys);
}

std::string IdOf(const std::string& key) { return Parse(key).front()->key_id(); }

std::string Refusal(const std::string& text) {
  absl::Status status = Keyring::Parse(text, Random::System()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return std::string(status.message());
}

TEST(KeyringTest, TheFileHoldsOneKeyALine) {
  std::string one = NewKey(), two = NewKey();
  std::string bytes = absl::HexStringToBytes(absl::StripSuffix(one, "\n"));
  EXPECT_THAT(KeyIds(Parse(one + two)), ElementsAre(IdOf(one), IdOf(two)));
  EXPECT_THAT(KeyIds(Parse(absl::StrCat("\n \r\n", two, "\n", absl::Base64Escape(bytes)))),
              ElementsAre(IdOf(two), IdOf(one)));
  EXPECT_THAT(KeyIds(Parse(one + two + one)), ElementsAre(IdOf(one), IdOf(two)));
}

TEST(KeyringTest, AWrongLineIsNamedByItsNumberAlone) {
  EXPECT_THAT(
      Refusal(NewKey() + "\nnot-a-key\n"),
      ::testing::AllOf(HasSubstr("line 3: a key is 32 bytes"), Not(HasSubstr("not-a-key"))));
  for (const char* empty : {"", "\n \n"}) EXPECT_THAT(Refusal(empty), HasSubstr("holds no key"));
}

TEST(KeyringTest, TheFirstSealsAndAllOpen) {
  std::string one = NewKey(), two = NewKey();
  Keyring before(Parse(one));
  auto old = before.Seal("text", Password(), 1);
  ASSERT_TRUE(old.ok()) << old.status();
  EXPECT_EQ(old->key_id, IdOf(one));

  Keyring keyring(Parse(two + one));
  EXPECT_EQ(keyring.first_key_id(), IdOf(two));
  EXPECT_THAT(keyring.key_ids(), ElementsAre(IdOf(two), IdOf(one)));
  EXPECT_EQ(keyring.Open(*old, Password(), 1).value(), "text");
  auto fresh = keyring.Seal("text", Password(), 1);
  EXPECT_EQ(fresh->key_id, IdOf(two));
  EXPECT_EQ(keyring.Open(*fresh, Password(), 1).value(), "text");
  EXPECT_EQ(keyring.Open(*old, Password(), 2).status().code(), absl::StatusCode::kDataLoss);

  absl::Status unknown = before.Open(*fresh, Password(), 1).status();
  EXPECT_EQ(unknown.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(unknown.message()), HasSubstr(IdOf(two)));
}

TEST(KeyringTest, AKeyThatWasReplacedOpensNothingMore) {
  std::string one = NewKey(), two = NewKey();
  Keyring keyring(Parse(one));
  auto old = keyring.Seal("text", Password(), 1);
  keyring.Replace(Parse(two));
  EXPECT_EQ(keyring.Open(*old, Password(), 1).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(keyring.Seal("text", Password(), 1)->key_id, IdOf(two));
}

TEST(KeyringTest, IsUsedWhileItIsReplaced) {
  std::string one = NewKey(), two = NewKey();
  Keyring keyring(Parse(one + two));
  std::atomic<bool> stop{false};
  std::thread user([&] {
    while (!stop.load()) {
      auto sealed = keyring.Seal("text", Password(), 1);
      EXPECT_EQ(keyring.Open(*sealed, Password(), 1).value_or("lost"), "text");
    }
  });
  for (int i = 0; i < 200; ++i) keyring.Replace(Parse(i % 2 == 0 ? two + one : one + two));
  stop.store(true);
  user.join();
}

}  // namespace
}  // namespace triad::config

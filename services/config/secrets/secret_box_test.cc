#include "services/config/secrets/secret_box.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/testing/fake_random.h"
#include "services/config/model/entry.h"

namespace triad::config {
namespace {

constexpr char kKeyHex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr char kKeyBase64[] = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
constexpr char kNonceHex[] = "a0a1a2a3a4a5a6a7a8a9aaab";

const EntryName& Password() {
  static const EntryName kName{"app", "DB_PASSWORD"};
  return kName;
}

std::unique_ptr<SecretBox> Box(Random& random, absl::string_view key = kKeyHex) {
  auto box = SecretBox::FromText(key, random);
  EXPECT_TRUE(box.ok()) << box.status();
  return *std::move(box);
}

// Computed with another implementation of AES-GCM over the same associated data.
TEST(SecretBoxTest, IsAes256GcmOverNameAndVersion) {
  FakeRandom random;
  auto box = Box(random);
  EXPECT_EQ(box->key_id(), "630dcd2966c43366");
  for (auto [text, ciphertext] :
       {std::pair("hunter2", "8e6d125920b930b76d50f3189fb3f52543c1c01e627cc9"),
        std::pair("", "305cc4a61d8a9fc5634654ef4bd136c9")}) {
    random.Push(absl::HexStringToBytes(kNonceHex));
    auto sealed = box->Seal(text, Password(), 3);
    ASSERT_TRUE(sealed.ok()) << sealed.status();
    EXPECT_EQ(absl::BytesToHexString(sealed->nonce), kNonceHex);
    EXPECT_EQ(absl::BytesToHexString(sealed->ciphertext), ciphertext);
    EXPECT_EQ(box->Open(*sealed, Password(), 3).value(), text);
  }
}

TEST(SecretBoxTest, OpensOnlyWhatBelongsToTheName) {
  FakeRandom random;
  auto box = Box(random);
  auto sealed = box->Seal("text", EntryName{"ab", "c"}, 1);
  EXPECT_EQ(box->Open(*sealed, EntryName{"ab", "c"}, 1).value(), "text");
  EXPECT_EQ(box->Open(*sealed, EntryName{"a", "bc"}, 1).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(box->Open(*sealed, EntryName{"ab", "d"}, 1).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(box->Open(*sealed, EntryName{"ab", "c"}, 2).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST(SecretBoxTest, NoticesEveryChangedBit) {
  FakeRandom random;
  auto box = Box(random);
  Sealed sealed = box->Seal("text", Password(), 1).value();
  for (std::size_t i = 0; i < sealed.ciphertext.size(); ++i) {
    Sealed changed = sealed;
    changed.ciphertext[i] ^= 1;
    EXPECT_EQ(box->Open(changed, Password(), 1).status().code(), absl::StatusCode::kDataLoss) << i;
  }
  Sealed short_text = sealed;
  short_text.ciphertext.resize(15);
  EXPECT_EQ(box->Open(short_text, Password(), 1).status().code(), absl::StatusCode::kDataLoss);
  Sealed short_nonce = sealed;
  short_nonce.nonce.pop_back();
  EXPECT_EQ(box->Open(short_nonce, Password(), 1).status().code(), absl::StatusCode::kDataLoss);
}

TEST(SecretBoxTest, AnotherKeyIsNamed) {
  FakeRandom random;
  auto box = Box(random);
  auto other = Box(random, SecretBox::NewKeyText(random));
  absl::Status status = other->Open(*box->Seal("text", Password(), 1), Password(), 1).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find(box->key_id()), absl::string_view::npos);
}

TEST(SecretBoxTest, EverySealHasItsOwnNonce) {
  std::set<std::string> nonces;
  auto box = Box(Random::System());
  for (int i = 0; i < 1000; ++i) nonces.insert(box->Seal("x", Password(), 1)->nonce);
  EXPECT_EQ(nonces.size(), 1000u);
}

TEST(SecretBoxTest, ReadsKeysInHexAndBase64) {
  FakeRandom random;
  auto id = Box(random)->key_id();
  EXPECT_EQ(Box(random, absl::StrCat(" ", kKeyHex, "\r\n"))->key_id(), id);
  EXPECT_EQ(Box(random, absl::AsciiStrToUpper(kKeyHex))->key_id(), id);
  EXPECT_EQ(Box(random, absl::StrCat(kKeyBase64, "\n"))->key_id(), id);
  EXPECT_NE(Box(random, SecretBox::NewKeyText(random))->key_id(), id);
}

TEST(SecretBoxTest, RefusesOtherKeysWithoutTellingThem) {
  FakeRandom random;
  for (const std::string& text :
       {std::string(), std::string("password"), std::string(kKeyHex).substr(2),
        std::string(kKeyHex) + "00", std::string(kKeyBase64) + "AAAA"}) {
    absl::Status status = SecretBox::FromText(text, random).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_TRUE(text.empty() || status.message().find(text) == absl::string_view::npos);
  }
}

}  // namespace
}  // namespace triad::config

#include "services/config/secrets/data_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "services/config/testing/key_rotation_fixture.h"

namespace triad::config {
namespace {

using testing::Copy;
using testing::Delete;
using ::testing::HasSubstr;
using testing::Name;
using testing::PutSecret;

class DataKeysTest : public testing::KeyRotationTest {
 protected:
  std::vector<std::string> DataKeyNames() {
    std::vector<std::string> names;
    for (const db::Row& row :
         Rows("SELECT namespace || '/' || number FROM data_keys ORDER BY namespace, number")) {
      names.push_back(row.Text(0));
    }
    return names;
  }
  // What a version of an entry is sealed with.
  std::string KeyOf(const std::string& space, const std::string& key) {
    return Rows("SELECT key_id FROM versions WHERE namespace = '" + space + "' AND key = '" + key +
                "' ORDER BY version DESC")
        .front()
        .Text(0);
  }
  absl::Status Reveal(const EntryName& name) {
    return fixture_.revealer().Reveal(name, std::nullopt).status();
  }
};

TEST_F(DataKeysTest, EachNamespaceHasItsOwnFromItsFirstSecretOn) {
  EXPECT_THAT(DataKeyNames(), ::testing::ElementsAre("app/1"));
  EntryWrite open = testing::Put("x", std::string("readable"));
  open.name.space = "shop";
  Set(open);
  EXPECT_EQ(DataKeyNames().size(), 1u);
  EntryWrite secret = PutSecret("s", std::string("hidden"));
  secret.name.space = "shop";
  Set(secret);
  EXPECT_THAT(DataKeyNames(), ::testing::ElementsAre("app/1", "shop/1"));
  EXPECT_NE(KeyOf("shop", "s"), KeyOf("app", "a"));
}

TEST_F(DataKeysTest, ACopyIsSealedWithTheKeyOfItsNamespace) {
  EntryWrite copy = Copy("a", "copied");
  copy.name.space = "shop";
  Set(copy);
  EXPECT_NE(KeyOf("shop", "copied"), KeyOf("app", "a"));
  auto revealed = fixture_.revealer().Reveal({"shop", "copied"}, std::nullopt);
  ASSERT_TRUE(revealed.ok()) << revealed.status();
  EXPECT_EQ(revealed->value, Value(std::string("plain-a")));
}

TEST_F(DataKeysTest, AKeyOfAnotherNamespaceDoesNotPass) {
  EntryWrite secret = PutSecret("s", std::string("hidden"));
  secret.name.space = "shop";
  Set(secret);
  Execute(
      "UPDATE data_keys SET (nonce, wrapped, wrapping_key_id) = (SELECT nonce, wrapped, "
      "wrapping_key_id FROM data_keys WHERE namespace = 'app') WHERE namespace = 'shop'");
  absl::Status refused = Reveal({"shop", "s"});
  EXPECT_EQ(refused.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("namespaces/shop/dataKeys/1: "));
}

TEST_F(DataKeysTest, TheKeyItselfIsInNoFile) {
  std::vector<db::KeptRow> rows =
      Rows("SELECT wrapping_key_id, nonce, wrapped, number FROM data_keys");
  const db::Row& row = rows.front();
  auto key =
      fixture_.secrets().Open({row.Text(0), row.Bytes(1), row.Bytes(2)}, {"app", ""}, row.Int(3));
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->size(), SecretBox::kKeyBytes);
  EXPECT_THAT(testing::ReadDirectory(fixture_.database().directory()),
              ::testing::Not(HasSubstr(*key)));
}

TEST_F(DataKeysTest, WithoutItsDataKeyNothingOpens) {
  Execute("DELETE FROM data_keys");
  EXPECT_EQ(Reveal(Name("a")).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(DataKeysTest, ADeletedNamespaceTakesItsKeysWithIt) {
  std::string wrapped = Rows("SELECT wrapped FROM data_keys").front().Bytes(0);
  ASSERT_THAT(testing::ReadDirectory(fixture_.database().directory()), HasSubstr(wrapped));
  ASSERT_TRUE(fixture_.namespaces().Delete("app", true, DryRun::kNo).ok());
  EXPECT_EQ(DataKeyNames().size(), 0u);
  EXPECT_THAT(testing::ReadDirectory(fixture_.database().directory()),
              ::testing::Not(HasSubstr(wrapped)));
  fixture_.Restart();
  Set(PutSecret("a", std::string("anew")));
  EXPECT_TRUE(Reveal(Name("a")).ok());
}

TEST_F(DataKeysTest, ADeletionNeedsNoKey) {
  ASSERT_TRUE(fixture_.store().Write(Delete("a")).ok());
  EXPECT_TRUE(
      Rows("SELECT key_id FROM versions WHERE key = 'a' AND deleted = 1").front().IsNull(0));
}

TEST_F(DataKeysTest, WhatIsGeneratedHasEveryCharacterOfTheAlphabet) {
  std::string text = fixture_.data_keys().Generate(2000, "abc");
  EXPECT_EQ(text.size(), 2000u);
  EXPECT_EQ(std::set<char>(text.begin(), text.end()), (std::set<char>{'a', 'b', 'c'}));
  EXPECT_NE(fixture_.data_keys().NewContentId(), fixture_.data_keys().NewContentId());
}

}  // namespace
}  // namespace triad::config

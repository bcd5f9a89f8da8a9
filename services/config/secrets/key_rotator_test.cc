#include "services/config/secrets/key_rotator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "runtime/io/testing/fault_file_system.h"
#include "services/config/secrets/data_keys.h"
#include "services/config/secrets/key_file.h"
#include "services/config/testing/key_rotation_fixture.h"

namespace triad::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IdOf;
using testing::NewKey;
using ::testing::Not;

class KeyRotatorTest : public testing::KeyRotationTest {
 protected:
  KeyRotator& rotator() { return fixture_.key_rotator(); }
  std::string File() {
    std::ifstream file(key_file());
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string Refusal() {
    auto refused = rotator().RotateKeyEncryptionKey(DryRun::kNo);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition) << refused.status();
    return std::string(refused.status().message());
  }
  std::vector<std::string> Audited() {
    std::vector<std::string> lines;
    auto page = fixture_.audit().List({}, 0, 100);
    for (const audit::Line& line : page->lines) lines.push_back(line.resource);
    return lines;
  }
};

TEST_F(KeyRotatorTest, AnotherFirstKeyIsInTheFileAndInUse) {
  auto state = rotator().RotateKeyEncryptionKey(DryRun::kNo);
  ASSERT_TRUE(state.ok()) << state.status();
  ASSERT_EQ(state->keys.size(), 2u);
  EXPECT_EQ(state->keys.back().id, IdOf(old_));
  std::string id = state->keys.front().id;
  EXPECT_EQ(fixture_.secrets().first_key_id(), id);
  EXPECT_EQ(File().size(), 2 * old_.size());
  EXPECT_THAT(File(), ::testing::EndsWith(old_));
  struct stat info {};
  ASSERT_EQ(stat(key_file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_THAT(Audited(), ::testing::Contains("keyring/" + id));

  Pass();
  state = rotator().Read();
  EXPECT_EQ(state->pending, 0);
  EXPECT_EQ(state->keys.front().data_keys, 1);
  EXPECT_EQ(state->keys.back().data_keys, 0);
  EXPECT_EQ(state->keys.back().values, 0);
  EXPECT_TRUE(Start(File().substr(0, old_.size())).ok());
  EXPECT_EQ(Values(), values_);
}

TEST_F(KeyRotatorTest, TryingItChangesNothing) {
  std::string before = File();
  auto state = rotator().RotateKeyEncryptionKey(DryRun::kYes);
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ(state->keys.size(), 1u);
  auto row = rotator().RotateDataKey("app", DryRun::kYes);
  ASSERT_TRUE(row.ok()) << row.status();
  EXPECT_EQ(row->number, 2);
  EXPECT_EQ(Rows("SELECT id FROM data_keys").size(), 1u);
  EXPECT_EQ(File(), before);
}

TEST_F(KeyRotatorTest, ALinkStaysALink) {
  std::string target = key_file() + ".target";
  std::filesystem::rename(key_file(), target);
  std::filesystem::create_symlink(target, key_file());
  ASSERT_TRUE(rotator().RotateKeyEncryptionKey(DryRun::kNo).ok());
  EXPECT_TRUE(std::filesystem::is_symlink(key_file()));
  EXPECT_EQ(File().size(), 2 * old_.size());
}

TEST_F(KeyRotatorTest, AFileThatIsNotAsItShouldBeIsNotTouched) {
  WriteKeys(NewKey() + old_);
  EXPECT_THAT(Refusal(), HasSubstr("other keys than those in use"));
  std::string full = old_;
  while (full.size() + old_.size() <= Keyring::kMaxFileBytes) full += NewKey();
  WriteKeys(full);
  ASSERT_TRUE(Take(full).ok());
  EXPECT_THAT(Refusal(), HasSubstr("no room for another key"));
  EXPECT_EQ(File(), full);
  std::filesystem::remove(key_file());
  EXPECT_THAT(Refusal(), HasSubstr("--secret_key_file " + key_file()));
}

// Whichever of its steps fails, and if the machine ends there: the file holds the keys of the
// database.
TEST_F(KeyRotatorTest, EveryFaultLeavesAFileThatOpensTheDatabase) {
  for (int n = 1;; ++n) {
    FaultFileSystem files;
    ASSERT_TRUE(WriteKeyFile(files, "/secret.key", old_, Random::System()).ok());
    Keyring keyring(*Keyring::Parse(old_, Random::System()));
    DataKeys data_keys(keyring, Random::System(), fixture_.clock());
    KeyRotator rotator(
        {database(), fixture_.audit(), files, Random::System(), keyring, data_keys, [] {}},
        "/secret.key");
    int calls = files.calls();
    files.FailNth(n, absl::PermissionDeniedError("injected"));
    auto rotated = rotator.RotateKeyEncryptionKey(DryRun::kNo);
    if (rotated.ok() && n > files.calls() - calls) break;
    files.Crash();
    auto left = LoadKeyFile(files, "/secret.key", Random::System());
    ASSERT_TRUE(left.ok()) << n << ": " << left.status();
    if (rotated.ok()) {
      EXPECT_EQ((*left)->key_ids(), keyring.key_ids()) << n;
    } else {
      EXPECT_THAT(keyring.key_ids(), ElementsAre(IdOf(old_))) << n;
      EXPECT_EQ((*left)->key_ids().back(), IdOf(old_)) << n;
    }
    absl::Status complete = database().Read(
        [&](db::Session& session) { return CheckKeys(session, (*left)->key_ids()); });
    EXPECT_TRUE(complete.ok()) << n << ": " << complete;
  }
}

TEST_F(KeyRotatorTest, WhatCannotBeWrittenSaysWhatToDo) {
  FaultFileSystem files;
  ASSERT_TRUE(WriteKeyFile(files, "/secret.key", old_, Random::System()).ok());
  KeyRotator rotator({database(), fixture_.audit(), files, Random::System(), fixture_.secrets(),
                      fixture_.data_keys(), [] {}},
                     "/secret.key");
  // Open, size and read come before it.
  files.FailNth(4, absl::PermissionDeniedError("/secret.key.1: Read-only file system"));
  absl::Status refused = rotator.RotateKeyEncryptionKey(DryRun::kNo).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()),
              ::testing::AllOf(HasSubstr("Read-only"), HasSubstr("put a new key as its first line"),
                               Not(HasSubstr(old_))));
  EXPECT_THAT(fixture_.secrets().key_ids(), ElementsAre(IdOf(old_)));
}

TEST_F(KeyRotatorTest, ANamespaceThatIsNotThereHasNoKey) {
  EXPECT_EQ(rotator().RotateDataKey("none", DryRun::kNo).status().code(),
            absl::StatusCode::kNotFound);
  ASSERT_TRUE(fixture_.namespaces().Create("empty", "", DryRun::kNo).ok());
  EXPECT_EQ(rotator().RotateDataKey("empty", DryRun::kNo)->number, 1);
  EXPECT_EQ(rotator().RotateDataKey("empty", DryRun::kNo)->number, 2);
  EXPECT_EQ(Rows("SELECT id FROM data_keys WHERE namespace = 'empty'").size(), 1u)
      << "nothing was sealed with the first";
  EXPECT_THAT(Audited(), ::testing::Contains("namespaces/empty").Times(3));
}

}  // namespace
}  // namespace triad::config

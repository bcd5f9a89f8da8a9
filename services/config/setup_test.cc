#include "services/config/setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "runtime/base/status.h"
#include "runtime/base/testing/fake_clock.h"
#include "runtime/base/testing/fake_random.h"
#include "runtime/database/testing/temp_database.h"
#include "runtime/io/file_system.h"
#include "runtime/io/testing/fault_file_system.h"
#include "services/config/migrations.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/secrets/key_check.h"
#include "services/config/testing/store_fixture.h"
#include "services/config/watch/stored_change_log.h"

namespace triad::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Put;
using testing::PutSecret;

class SetupTest : public ::testing::Test {
 protected:
  SetupOptions Options() {
    SetupOptions options;
    options.key_file = key_file_;
    options.make_key_file = true;
    options.first_entries = [this]() -> absl::StatusOr<std::vector<EntryWrite>> {
      ++asked_;
      return std::vector<EntryWrite>{Put("A", std::string("one")),
                                     PutSecret("S", std::string("x"))};
    };
    return options;
  }
  absl::StatusOr<SetupResult> Run(const SetupOptions& options) {
    return Prepare(*database_, FileSystem::Posix(), Random::System(), clock_, options);
  }
  std::string Refusal(const SetupOptions& options) {
    auto result = Run(options);
    EXPECT_EQ(result.status().code(), absl::StatusCode::kFailedPrecondition) << result.status();
    EXPECT_EQ(result.status().message().find('\n'), absl::string_view::npos);
    return std::string(result.status().message());
  }
  void WriteKey(const std::string& text) { std::ofstream(key_file_) << text; }

  FakeClock clock_;
  db::TempDatabase database_{Migrations()};
  std::string key_file_ = database_.directory() + "/secret.key";
  int asked_ = 0;
};

TEST_F(SetupTest, TheFirstStartMakesKeyEpochAndEntries) {
  auto first = Run(Options());
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(first->first);
  EXPECT_EQ(first->head, Revision{1});
  EXPECT_GT(first->epoch.value, 0);
  struct stat info {};
  ASSERT_EQ(stat(key_file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);

  auto second = Run(Options());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_FALSE(second->first);
  EXPECT_EQ(second->epoch.value, first->epoch.value);
  EXPECT_EQ(second->head, Revision{1});
  EXPECT_EQ(second->secrets->key_ids(), first->secrets->key_ids());
  EXPECT_EQ(asked_, 1);
}

TEST_F(SetupTest, TheFirstEntriesAreOneRevision) {
  auto first = Run(Options());
  StoredChangeLog log(*database_, first->epoch, testing::EncodeAsText);
  auto page = log.Read({"app", ""}, {Revision{0}});
  ASSERT_EQ(page->changes.size(), 1u);
  EXPECT_EQ(page->changes.front().events.size(), 2u);
}

TEST_F(SetupTest, AMissingKeyIsNeverMadeAgain) {
  ASSERT_TRUE(Run(Options()).ok());
  std::filesystem::rename(key_file_, key_file_ + ".away");
  EXPECT_THAT(Refusal(Options()), HasSubstr(key_file_ + " is missing: put that key back"));
  EXPECT_FALSE(std::filesystem::exists(key_file_));
  std::filesystem::rename(key_file_ + ".away", key_file_);
  EXPECT_TRUE(Run(Options()).ok());
}

TEST_F(SetupTest, AWrongKeyIsRefused) {
  ASSERT_TRUE(Run(Options()).ok());
  WriteKey(SecretBox::NewKeyText(Random::System()));
  EXPECT_THAT(Refusal(Options()), HasSubstr("holds key"));
}

TEST_F(SetupTest, AKeyWhoseCheckWasChangedIsRefused) {
  ASSERT_TRUE(Run(Options()).ok());
  ASSERT_TRUE(database_
                  ->Write([](db::Session& session) -> absl::Status {
                    MetaRows rows(session);
                    TRIAD_ASSIGN_OR_RETURN(Meta meta, rows.Read());
                    meta.key_check->ciphertext[0] ^= 1;
                    return rows.Write(meta.epoch, *meta.key_check);
                  })
                  .ok());
  EXPECT_THAT(Refusal(Options()), HasSubstr("name the right one with --secret_key_file"));
}

TEST_F(SetupTest, AKeyMayHaveOthersBesideIt) {
  std::string old = SecretBox::NewKeyText(Random::System());
  std::string added = SecretBox::NewKeyText(Random::System());
  WriteKey(old);
  auto first = Run(Options());
  ASSERT_TRUE(first.ok()) << first.status();
  std::string old_id = first->secrets->first_key_id();
  WriteKey(added + old);
  auto second = Run(Options());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->secrets->key_ids().back(), old_id);
  EXPECT_NE(second->secrets->first_key_id(), old_id);

  WriteKey(added + SecretBox::NewKeyText(Random::System()));
  EXPECT_THAT(Refusal(Options()),
              AllOf(HasSubstr("--secret_key_file " + key_file_ + ": it lacks key " + old_id),
                    HasSubstr("has to stay in the file, as a later line")));
}

TEST_F(SetupTest, AKeyThatOneSecretNeedsIsMissedAtStart) {
  std::string old = SecretBox::NewKeyText(Random::System());
  std::string added = SecretBox::NewKeyText(Random::System());
  WriteKey(old);
  auto first = Run(Options());
  ASSERT_TRUE(first.ok()) << first.status();
  WriteKey(added);
  // As a pass that did not reseal one of the secrets would leave it.
  ASSERT_TRUE(database_
                  ->Write([&](db::Session& session) -> absl::Status {
                    Keyring keyring(*Keyring::Parse(added, Random::System()));
                    TRIAD_ASSIGN_OR_RETURN(Sealed check, SealKeyCheck(keyring));
                    return MetaRows(session).Write(first->epoch, check);
                  })
                  .ok());
  EXPECT_THAT(Refusal(Options()), HasSubstr("it lacks key " + first->secrets->first_key_id()));
  WriteKey(added + old);
  EXPECT_TRUE(Run(Options()).ok());
}

TEST_F(SetupTest, AMalformedLineIsNamedByItsNumber) {
  WriteKey(SecretBox::NewKeyText(Random::System()) + "\nnot-a-key\n");
  std::string message = Refusal(Options());
  EXPECT_THAT(message, HasSubstr("--secret_key_file " + key_file_ + ": line 3: "));
  EXPECT_EQ(message.find("not-a-key"), std::string::npos);
}

TEST_F(SetupTest, AMalformedKeyIsRefusedWithoutTellingIt) {
  WriteKey("not-a-key");
  std::string message = Refusal(Options());
  EXPECT_THAT(message, HasSubstr("64 hex digits"));
  EXPECT_EQ(message.find("not-a-key"), std::string::npos);
  EXPECT_EQ(asked_, 0);
}

TEST_F(SetupTest, ANamedKeyFileMustExist) {
  SetupOptions options = Options();
  options.make_key_file = false;
  EXPECT_THAT(Refusal(options), HasSubstr("openssl rand -hex 32"));
  WriteKey(SecretBox::NewKeyText(Random::System()));
  EXPECT_TRUE(Run(options).ok());
}

TEST_F(SetupTest, AFirstStartThatFailedIsTakenUpAgain) {
  SetupOptions failing = Options();
  failing.first_entries = [] { return absl::InvalidArgumentError("MAX_CONNECTIONS"); };
  EXPECT_EQ(Run(failing).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(key_file_));
  auto result = Run(Options());
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->first);
}

// Whatever call fails while the key is made, and wherever the power goes, the
// next start works: the key is there whole, or is made anew.
TEST(SetupFaultTest, EveryFaultWhileTheKeyIsMadeCanBeRecovered) {
  FakeClock clock;
  FakeRandom random;
  SetupOptions options;
  options.key_file = "/secret.key";
  options.make_key_file = true;
  options.first_entries = [] { return std::vector<EntryWrite>{}; };
  int calls = 0;
  {
    db::TempDatabase database(Migrations());
    FaultFileSystem files;
    ASSERT_TRUE(Prepare(*database, files, random, clock, options).ok());
    calls = files.calls();
  }
  for (int n = 1; n <= calls; ++n) {
    for (bool crash : {false, true}) {
      db::TempDatabase database(Migrations());
      FaultFileSystem files;
      if (crash) {
        files.StopAfter(n - 1);
      } else {
        files.FailNth(n, absl::InternalError("injected"));
      }
      EXPECT_FALSE(Prepare(*database, files, random, clock, options).ok()) << n;
      if (crash) files.Crash();
      auto again = Prepare(*database, files, random, clock, options);
      ASSERT_TRUE(again.ok()) << n << " " << crash << " " << again.status();
      ASSERT_TRUE(Prepare(*database, files, random, clock, options).ok()) << n;
    }
  }
}

}  // namespace
}  // namespace triad::config

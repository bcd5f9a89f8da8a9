#include "services/config/rows/entry_repository.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "runtime/base/status.h"
#include "runtime/database/testing/temp_database.h"
#include "services/config/migrations.h"
#include "services/config/watch/change_log.h"

namespace triad::config {
namespace {

class EntryRepositoryTest : public ::testing::Test {
 protected:
  void Write(absl::FunctionRef<absl::Status(EntryRepository&)> work) {
    absl::Status status = database_->Write([&](db::Session& session) {
      EntryRepository rows(session);
      return work(rows);
    });
    ASSERT_TRUE(status.ok()) << status;
  }

  // One transaction that writes versions of keys of the namespace "app".
  Revision Append(const std::vector<std::pair<std::string, std::int64_t>>& versions) {
    Revision revision;
    Write([&](EntryRepository& rows) -> absl::Status {
      TRIAD_ASSIGN_OR_RETURN(revision, rows.TakeRevision());
      std::int64_t ordinal = 0;
      for (const auto& [key, version] : versions) {
        TRIAD_RETURN_IF_ERROR(rows.Append(Row(key, version, revision), ordinal++));
      }
      return absl::OkStatus();
    });
    return revision;
  }

  static StoredEntry Row(const std::string& key, std::int64_t version, Revision revision) {
    StoredEntry row;
    row.name = {"app", key};
    row.version = version;
    row.revision = revision;
    row.value = std::string("bytes\0\xff", 7);
    row.create_time = absl::FromUnixMicros(1);
    row.update_time = absl::FromUnixMicros(2);
    return row;
  }

  db::TempDatabase database_{Migrations()};
};

TEST_F(EntryRepositoryTest, MetaStartsEmptyAndKeepsTheKeyCheck) {
  Write([](EntryRepository& rows) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(Meta meta, rows.ReadMeta());
    EXPECT_EQ(meta.head, Revision{0});
    EXPECT_EQ(meta.floor, Revision{0});
    EXPECT_FALSE(meta.key_check);
    TRIAD_RETURN_IF_ERROR(rows.WriteMeta(Epoch{5}, Sealed{"id", "nonce", "check"}));
    TRIAD_RETURN_IF_ERROR(rows.SetFloor(Revision{3}));
    TRIAD_ASSIGN_OR_RETURN(meta, rows.ReadMeta());
    EXPECT_EQ(meta.epoch.value, 5);
    EXPECT_EQ(meta.floor, Revision{3});
    EXPECT_EQ(meta.key_check->key_id, "id");
    EXPECT_EQ(meta.key_check->nonce, "nonce");
    EXPECT_EQ(meta.key_check->ciphertext, "check");
    return absl::OkStatus();
  });
}

TEST_F(EntryRepositoryTest, ARevisionOfAFailedTransactionIsTakenAgain) {
  EXPECT_EQ(Append({{"a", 1}}), Revision{1});
  absl::Status failed = database_->Write([](db::Session& session) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(EntryRepository(session).TakeRevision().status());
    return absl::AbortedError("no");
  });
  EXPECT_EQ(failed.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Append({{"a", 2}}), Revision{2});
}

TEST_F(EntryRepositoryTest, FindsTheNewestVersionWhole) {
  StoredEntry secret = Row("s", 1, Revision{1});
  secret.kind = ValueKind::kJson;
  secret.secret = true;
  secret.key_id = "id";
  secret.nonce = std::string("\0n", 2);
  Write([&](EntryRepository& rows) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(rows.TakeRevision().status());
    return rows.Append(secret, 0);
  });
  Append({{"a", 1}});
  Append({{"a", 2}});
  Write([&](EntryRepository& rows) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> found, rows.Find({"app", "s"}));
    EXPECT_EQ(found->kind, ValueKind::kJson);
    EXPECT_EQ(found->value, secret.value);
    EXPECT_TRUE(found->secret);
    EXPECT_EQ(found->key_id, "id");
    EXPECT_EQ(found->nonce, secret.nonce);
    EXPECT_EQ(found->create_time, secret.create_time);
    EXPECT_EQ(found->update_time, secret.update_time);
    TRIAD_ASSIGN_OR_RETURN(found, rows.Find({"app", "a"}));
    EXPECT_EQ(found->version, 2);
    TRIAD_ASSIGN_OR_RETURN(found, rows.Find({"app", "A"}));
    EXPECT_FALSE(found);
    TRIAD_ASSIGN_OR_RETURN(std::optional<LatestVersion> latest, rows.Latest({"app", "a"}));
    EXPECT_EQ(latest->version, 2);
    EXPECT_EQ(latest->revision, Revision{3});
    EXPECT_FALSE(latest->secret);
    return absl::OkStatus();
  });
}

TEST_F(EntryRepositoryTest, AVersionIsWrittenOnce) {
  Append({{"a", 1}});
  absl::Status again = database_->Write([](db::Session& session) {
    return EntryRepository(session).Append(Row("a", 1, Revision{2}), 0);
  });
  EXPECT_EQ(again.code(), absl::StatusCode::kAlreadyExists) << again;
}

TEST_F(EntryRepositoryTest, EventsComeByRevisionThenOrdinal) {
  Append({{"b", 1}, {"a", 1}});
  Append({{"c", 1}});
  Append({{"a", 2}});
  Write([](EntryRepository& rows) -> absl::Status {
    auto names = [](const std::vector<StoredEntry>& events) {
      std::string text;
      for (const StoredEntry& e : events) text += e.name.key + std::to_string(e.version) + " ";
      return text;
    };
    TRIAD_ASSIGN_OR_RETURN(auto all, rows.Events(RangeOf("app", ""), Revision{0}, Revision{9}));
    EXPECT_EQ(names(all), "b1 a1 c1 a2 ");
    TRIAD_ASSIGN_OR_RETURN(all, rows.Events(RangeOf("app", "a"), Revision{0}, Revision{2}));
    EXPECT_EQ(names(all), "a1 ");
    TRIAD_ASSIGN_OR_RETURN(all, rows.Events(RangeOf("other", ""), Revision{0}, Revision{9}));
    EXPECT_EQ(names(all), "");
    TRIAD_ASSIGN_OR_RETURN(auto sizes, rows.EventSizes(RangeOf("app", ""), Revision{0}, 3));
    EXPECT_EQ(sizes.size(), 3u);
    EXPECT_EQ(sizes.back().revision, Revision{2});
    EXPECT_EQ(sizes.back().bytes, 7);
    return absl::OkStatus();
  });
}

}  // namespace
}  // namespace triad::config

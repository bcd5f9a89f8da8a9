#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "runtime/base/status.h"
#include "runtime/database/testing/temp_database.h"
#include "services/config/migrations.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/rows/event_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/namespace_rows.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

class RowsTest : public ::testing::Test {
 protected:
  void Write(absl::FunctionRef<absl::Status(db::Session&)> work) {
    absl::Status status = database_->Write([&](db::Session& session) { return work(session); });
    ASSERT_TRUE(status.ok()) << status;
  }

  void SetUp() override {
    Write([](db::Session& session) { return NamespaceRows(session).Create({.name = "app"}); });
  }

  // One transaction that writes versions of keys of the namespace "app".
  Revision Append(const std::vector<std::pair<std::string, std::int64_t>>& versions) {
    Revision revision;
    Write([&](db::Session& session) -> absl::Status {
      TRIAD_ASSIGN_OR_RETURN(revision, MetaRows(session).TakeRevision());
      std::int64_t ordinal = 0;
      for (const auto& [key, version] : versions) {
        StoredEntry row = Row(key, version, revision);
        row.ordinal = ordinal++;
        TRIAD_RETURN_IF_ERROR(VersionRows(session).Add(row));
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

using MetaRowsTest = RowsTest;
using EntryRowsTest = RowsTest;
using VersionRowsTest = RowsTest;
using EventRowsTest = RowsTest;

TEST_F(MetaRowsTest, StartsEmptyAndKeepsTheKeyCheck) {
  Write([](db::Session& session) -> absl::Status {
    MetaRows rows(session);
    TRIAD_ASSIGN_OR_RETURN(Meta meta, rows.Read());
    EXPECT_EQ(meta.head, Revision{0});
    EXPECT_EQ(meta.floor, Revision{0});
    EXPECT_FALSE(meta.key_check);
    TRIAD_RETURN_IF_ERROR(rows.Write(Epoch{5}, Sealed{"id", "nonce", "check"}));
    TRIAD_RETURN_IF_ERROR(rows.SetFloor(Revision{3}));
    TRIAD_ASSIGN_OR_RETURN(meta, rows.Read());
    EXPECT_EQ(meta.epoch.value, 5);
    EXPECT_EQ(meta.floor, Revision{3});
    EXPECT_EQ(meta.key_check->key_id, "id");
    EXPECT_EQ(meta.key_check->nonce, "nonce");
    EXPECT_EQ(meta.key_check->ciphertext, "check");
    return absl::OkStatus();
  });
}

TEST_F(MetaRowsTest, ARevisionOfAFailedTransactionIsTakenAgain) {
  EXPECT_EQ(Append({{"a", 1}}), Revision{1});
  absl::Status failed = database_->Write([](db::Session& session) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(MetaRows(session).TakeRevision().status());
    return absl::AbortedError("no");
  });
  EXPECT_EQ(failed.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Append({{"a", 2}}), Revision{2});
}

TEST_F(EntryRowsTest, FindsTheNewestVersionWhole) {
  StoredEntry secret = Row("s", 1, Revision{1});
  secret.kind = ValueKind::kJson;
  secret.secret = true;
  secret.key_id = "id";
  secret.nonce = std::string("\0n", 2);
  Write([&](db::Session& session) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(MetaRows(session).TakeRevision().status());
    return VersionRows(session).Add(secret);
  });
  Append({{"a", 1}});
  Append({{"a", 2}});
  Write([&](db::Session& session) -> absl::Status {
    EntryRows rows(session);
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
    TRIAD_ASSIGN_OR_RETURN(std::optional<LatestVersion> latest,
                           VersionRows(session).Latest({"app", "a"}));
    EXPECT_EQ(latest->version, 2);
    EXPECT_EQ(latest->revision, Revision{3});
    EXPECT_FALSE(latest->secret);
    return absl::OkStatus();
  });
}

TEST_F(VersionRowsTest, AVersionIsWrittenOnce) {
  Append({{"a", 1}});
  absl::Status again = database_->Write(
      [](db::Session& session) { return VersionRows(session).Add(Row("a", 1, Revision{2})); });
  EXPECT_EQ(again.code(), absl::StatusCode::kAlreadyExists) << again;
}

TEST_F(EventRowsTest, EventsComeByRevisionThenOrdinal) {
  Append({{"b", 1}, {"a", 1}});
  Append({{"c", 1}});
  Append({{"a", 2}});
  Write([](db::Session& session) -> absl::Status {
    EventRows rows(session);
    auto names = [](const std::vector<StoredEntry>& events) {
      std::string text;
      for (const StoredEntry& e : events) text += e.name.key + std::to_string(e.version) + " ";
      return text;
    };
    TRIAD_ASSIGN_OR_RETURN(auto all, rows.List({{"app", ""}, {Revision{0}}, {Revision{9}}}));
    EXPECT_EQ(names(all), "b1 a1 c1 a2 ");
    TRIAD_ASSIGN_OR_RETURN(all, rows.List({{"app", "a"}, {Revision{0}}, {Revision{2}}}));
    EXPECT_EQ(names(all), "a1 ");
    TRIAD_ASSIGN_OR_RETURN(all, rows.List({{"other", ""}, {Revision{0}}, {Revision{9}}}));
    EXPECT_EQ(names(all), "");
    TRIAD_ASSIGN_OR_RETURN(auto sizes,
                           rows.ListSizes({{"app", ""}, {Revision{0}}, {Revision{9}}}, 3));
    EXPECT_EQ(sizes.size(), 3u);
    EXPECT_EQ(sizes.back().revision, Revision{2});
    EXPECT_EQ(sizes.back().bytes, 8) << "of the value and the key";
    TRIAD_ASSIGN_OR_RETURN(all, rows.List({{"app", "a"}, {Revision{0}}, {Revision{9}}, true}));
    EXPECT_EQ(names(all), "a1 a2 ");
    TRIAD_ASSIGN_OR_RETURN(all, rows.List({{"app", ""}, {Revision{1}}, {Revision{2}}, true}));
    EXPECT_EQ(names(all), "c1 ");
    TRIAD_ASSIGN_OR_RETURN(all, rows.List({{"app", ""}, {Revision{0}}, {Revision{1}}, true}));
    EXPECT_EQ(names(all), "b1 a1 ") << "by ordinal, not by key";
    for (bool by_key : {false, true}) {
      TRIAD_ASSIGN_OR_RETURN(all,
                             rows.List({{"app", ""}, {Revision{0}, 1}, {Revision{2}}, by_key}));
      EXPECT_EQ(names(all), "a1 c1 ") << "from one place in a revision to one in another";
    }
    TRIAD_ASSIGN_OR_RETURN(std::optional<Revision> behind, rows.FindBehind(Revision{0}, 2));
    EXPECT_EQ(behind, Revision{2});
    TRIAD_ASSIGN_OR_RETURN(behind, rows.FindBehind(Revision{0}, 4));
    EXPECT_EQ(behind, std::nullopt);
    TRIAD_ASSIGN_OR_RETURN(std::int64_t count, VersionRows(session).Count({"app", "a"}, 9));
    EXPECT_EQ(count, 2);
    TRIAD_ASSIGN_OR_RETURN(count, VersionRows(session).Count({"app", ""}, 3));
    EXPECT_EQ(count, 3);
    return absl::OkStatus();
  });
}

}  // namespace
}  // namespace triad::config

// Migrations keep what older ones have written.
#include "services/config/migrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "runtime/base/status.h"
#include "runtime/database/open.h"
#include "runtime/io/testing/temp_directory.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/rows/event_rows.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

using ::testing::ElementsAre;

// As migration 2 has it: history up to revision 2 is compacted, so that only later versions
// have events.
constexpr const char* kOld[] = {
    "UPDATE meta SET head = 5, floor = 2, epoch = 7 WHERE id = 1",
    "INSERT INTO namespaces (name, create_time) VALUES ('app', 1)",
    "INSERT INTO versions (namespace, key, version, revision, deleted, kind, value, secret, "
    "key_id, "
    "nonce, create_time, update_time) VALUES "
    "('app', 'b', 1, 1, 0, 1, x'62', 0, NULL, NULL, 10, 10), "
    "('app', 'a', 3, 1, 0, 1, x'61', 0, NULL, NULL, 10, 11), "
    "('app', 's', 1, 3, 0, 1, x'0102', 1, 'key', x'03', 12, 12), "
    "('app', 'b', 2, 4, 0, 2, x'37', 0, NULL, NULL, 10, 13), "
    "('app', 'a', 4, 4, 0, 1, x'6161', 0, NULL, NULL, 10, 13), "
    "('app', 'a', 5, 5, 1, 1, x'', 0, NULL, NULL, 10, 14), "
    "('app', 't', 2, 2, 1, 1, x'05', 1, 'key', x'03', 12, 12)",
    "INSERT INTO entries (namespace, key, version) VALUES ('app', 'b', 2), ('app', 's', 1)",
    "INSERT INTO events (revision, ordinal, namespace, key, version) VALUES "
    "(3, 0, 'app', 's', 1), (4, 0, 'app', 'b', 2), (4, 1, 'app', 'a', 4), (5, 0, 'app', 'a', 5)",
};

std::string Describe(const StoredEntry& entry) {
  return absl::StrCat(entry.name.key, entry.version, "@", entry.revision.value, ".", entry.ordinal,
                      entry.deleted ? " deleted" : "");
}

TEST(MigrationsTest, VersionsTakeTheOrderOfTheirEvents) {
  TempDirectory directory;
  db::OpenOptions options;
  options.url = absl::StrCat("sqlite:", directory.path(), "/old.db");
  {
    auto old = db::Open(options, Migrations().subspan(0, 2));
    ASSERT_TRUE(old.ok()) << old.status();
    absl::Status filled = (*old)->Write([](db::Session& session) -> absl::Status {
      for (const char* sql : kOld) TRIAD_RETURN_IF_ERROR(session.Execute(sql).status());
      return absl::OkStatus();
    });
    ASSERT_TRUE(filled.ok()) << filled;
  }
  auto database = db::Open(options, Migrations());
  ASSERT_TRUE(database.ok()) << database.status();
  absl::Status read = (*database)->Read([](db::Session& session) -> absl::Status {
    std::vector<std::string> events;
    TRIAD_ASSIGN_OR_RETURN(std::vector<StoredEntry> stored,
                           EventRows(session).List({{"app", ""}, {Revision{2}}, {Revision{9}}}));
    for (const StoredEntry& entry : stored) events.push_back(Describe(entry));
    EXPECT_THAT(events, ElementsAre("s1@3.0", "b2@4.0", "a4@4.1", "a5@5.0 deleted"));
    VersionRows versions(session);
    TRIAD_ASSIGN_OR_RETURN(std::vector<StoredEntry> history,
                           versions.List(EntryName{"app", "a"}, 9, 1));
    EXPECT_EQ(history.size(), 3u);
    EXPECT_EQ(history.back().value, "a");
    EntryRows entries(session);
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> secret, entries.Find({"app", "s"}));
    EXPECT_EQ(secret->nonce, "\x03");
    EXPECT_EQ(secret->content_id, "3/app/s");
    EXPECT_EQ(secret->key_id, "key");
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> deletion, versions.Find({"app", "t"}, 2));
    EXPECT_TRUE(deletion->secret);
    EXPECT_EQ(deletion->key_id, "") << "it needs no key";
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> gone, entries.Find({"app", "a"}));
    EXPECT_FALSE(gone.has_value());
    TRIAD_ASSIGN_OR_RETURN(std::optional<LatestVersion> latest, versions.Latest({"app", "b"}));
    EXPECT_EQ(latest->space, NamespaceState::kActive);
    return absl::OkStatus();
  });
  ASSERT_TRUE(read.ok()) << read;
}

}  // namespace
}  // namespace triad::config

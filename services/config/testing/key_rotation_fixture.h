// A store with secrets whose keys are exchanged.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/io/file_system.h"
#include "services/config/rows/sealed_rows.h"
#include "services/config/secrets/key_check.h"
#include "services/config/secrets/keyring.h"
#include "services/config/secrets/resealer.h"
#include "services/config/testing/store_fixture.h"

namespace triad::config::testing {

// One line of the file of keys, and the name of that key.
inline std::string NewKey() { return SecretBox::NewKeyText(Random::System()); }
inline std::string IdOf(const std::string& key) {
  return Keyring::Parse(key, Random::System())->front()->key_id();
}

class KeyRotationTest : public ::testing::Test {
 protected:
  // Four versions of three secrets, and one entry that is none.
  KeyRotationTest() {
    std::ifstream(key_file()) >> old_;
    old_ += "\n";
    for (const char* key : {"a", "b", "b", "c"}) Set(PutSecret(key, std::string("plain-") + key));
    Set(Put("open", std::string("readable")));
  }

  std::string key_file() { return fixture_.setup_options().key_file; }
  db::Database& database() { return *fixture_.database(); }
  std::string Set(const EntryWrite& write) {
    auto entry = fixture_.store().Write(write);
    EXPECT_TRUE(entry.ok()) << entry.status();
    return entry.ok() ? entry->etag : "";
  }

  absl::Status Take(const std::string& keys) {
    return TakeKeys(database(), fixture_.audit(), fixture_.secrets(), Random::System(), keys);
  }
  // What a start with that file says.
  absl::Status Start(const std::string& keys) {
    WriteKeys(keys);
    return Prepare(database(), FileSystem::Posix(), Random::System(), fixture_.clock(),
                   fixture_.setup_options())
        .status();
  }
  void WriteKeys(const std::string& keys) { std::ofstream(key_file()) << keys; }

  void Step(ResealPass& pass, const ResealOptions& options = {}) {
    auto next = ResealOnce(database(), fixture_.secrets(), fixture_.data_keys(), options, pass);
    ASSERT_TRUE(next.ok()) << next.status();
    pass = *std::move(next);
  }
  ResealPass Pass() {
    ResealPass pass;
    while (!pass.done && !HasFatalFailure()) Step(pass);
    return pass;
  }

  std::vector<db::KeptRow> Rows(const std::string& sql) {
    std::vector<db::KeptRow> rows;
    absl::Status status = database().Read([&](db::Session& session) -> absl::Status {
      TRIAD_ASSIGN_OR_RETURN(rows, session.Query(sql));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return rows;
  }
  void Execute(const std::string& sql) {
    absl::Status status =
        database().Write([&](db::Session& session) { return session.Execute(sql).status(); });
    ASSERT_TRUE(status.ok()) << status;
  }
  // Gives the namespace its next data key, and returns its id.
  std::string RotateDataKey() {
    auto row = fixture_.key_rotator().RotateDataKey("app", DryRun::kNo);
    EXPECT_TRUE(row.ok()) << row.status();
    return row.ok() ? row->id : "";
  }
  // Seals everything as releases without data keys did.
  void SealWithoutDataKeys() {
    absl::Status status = database().Write([&](db::Session& session) -> absl::Status {
      TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> keys, SealedRows(session).KeyIds());
      TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> entry,
                             SealedRows(session).Next(keys.front(), {}));
      while (entry.has_value()) {
        VersionName name{entry->name, entry->version};
        TRIAD_ASSIGN_OR_RETURN(
            std::string value,
            fixture_.data_keys().Open(session, {entry->key_id, entry->nonce, entry->value},
                                      name.name, name.version));
        TRIAD_ASSIGN_OR_RETURN(triad::config::Sealed sealed,
                               fixture_.secrets().Seal(value, name.name, name.version));
        TRIAD_RETURN_IF_ERROR(SealedRows(session).Replace(name, sealed));
        TRIAD_ASSIGN_OR_RETURN(entry, SealedRows(session).Next(keys.front(), name));
      }
      return session.Execute("DELETE FROM data_keys").status();
    });
    ASSERT_TRUE(status.ok()) << status;
  }

  // How many data keys each key of the keyring has wrapped.
  std::map<std::string, std::int64_t> Wrapped() {
    return Counts("SELECT wrapping_key_id, count(*) FROM data_keys GROUP BY wrapping_key_id");
  }
  // How many versions each key has sealed.
  std::map<std::string, std::int64_t> Sealed() {
    return Counts("SELECT key_id, count(*) FROM versions WHERE secret = 1 GROUP BY key_id");
  }
  std::map<std::string, std::int64_t> Counts(const std::string& sql) {
    std::map<std::string, std::int64_t> counts;
    for (const db::Row& row : Rows(sql)) counts[row.Text(0)] = row.Int(1);
    return counts;
  }
  std::string KeyOfTheCheck() { return Rows("SELECT key_id FROM meta").front().Text(0); }
  // Every version of every secret that opens, with its value.
  std::vector<std::string> Values() {
    std::vector<std::string> values;
    absl::Status status = database().Read([&](db::Session& session) -> absl::Status {
      TRIAD_ASSIGN_OR_RETURN(std::vector<db::KeptRow> rows,
                             session.Query("SELECT key, version, key_id, nonce, value, namespace "
                                           "FROM versions WHERE secret = 1 ORDER BY key, version"));
      for (const db::Row& row : rows) {
        auto value = fixture_.data_keys().Open(session, {row.Text(2), row.Bytes(3), row.Bytes(4)},
                                               Name(row.Text(0), row.Text(5)), row.Int(1));
        values.push_back(absl::StrCat(row.Text(0), row.Int(1), " ", value.value_or("-")));
      }
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return values;
  }
  // All but how it is sealed.
  std::string Everything() {
    std::string text;
    for (const char* sql :
         {"SELECT namespace || ' ' || key || ' ' || version || ' ' || revision || ' ' || ordinal "
          "|| ' ' || deleted || ' ' || kind || ' ' || secret || ' ' || create_time || ' ' || "
          "update_time || ' ' || "
          "length(value) FROM versions ORDER BY namespace, key, version",
          "SELECT head || ' ' || floor || ' ' || epoch FROM meta"}) {
      for (const db::Row& row : Rows(sql)) absl::StrAppend(&text, row.Text(0), "\n");
    }
    return text;
  }

  StoreFixture fixture_;
  std::string old_;
  const std::string new_ = NewKey();
  const std::vector<std::string> values_ = {"a1 plain-a", "b1 plain-b", "b2 plain-b", "c1 plain-c"};
};

}  // namespace triad::config::testing

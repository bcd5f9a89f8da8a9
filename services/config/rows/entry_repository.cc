#include "services/config/rows/entry_repository.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

constexpr absl::string_view kVersionColumns =
    "v.namespace, v.key, v.version, v.revision, v.deleted, v.kind, v.value, v.secret, v.key_id, "
    "v.nonce, v.create_time, v.update_time";
constexpr absl::string_view kJoinCurrent =
    " FROM entries e JOIN versions v ON v.namespace = e.namespace AND v.key = e.key AND "
    "v.version = e.version";
constexpr absl::string_view kJoinEvents =
    " FROM events e JOIN versions v ON v.namespace = e.namespace AND v.key = e.key AND "
    "v.version = e.version";
constexpr absl::string_view kInRange = " WHERE e.namespace = $1 AND e.key >= $2 AND e.key < $3";

std::int64_t Micros(absl::Time time) { return absl::ToUnixMicros(time); }
db::Value Text(absl::string_view text) { return std::string(text); }
std::string TextOrEmpty(const db::Row& row, std::size_t column) {
  return row.IsNull(column) ? std::string() : row.Text(column);
}
std::string BytesOrEmpty(const db::Row& row, std::size_t column) {
  return row.IsNull(column) ? std::string() : row.Bytes(column);
}

StoredEntry ToEntry(const db::Row& row) {
  StoredEntry entry;
  entry.name = {row.Text(0), row.Text(1)};
  entry.version = row.Int(2);
  entry.revision = Revision{row.Int(3)};
  entry.deleted = row.Int(4) != 0;
  entry.kind = static_cast<ValueKind>(row.Int(5));
  entry.value = row.Bytes(6);
  entry.secret = row.Int(7) != 0;
  entry.key_id = TextOrEmpty(row, 8);
  entry.nonce = BytesOrEmpty(row, 9);
  entry.create_time = absl::FromUnixMicros(row.Int(10));
  entry.update_time = absl::FromUnixMicros(row.Int(11));
  return entry;
}

std::vector<StoredEntry> ToEntries(const std::vector<db::Row>& rows) {
  std::vector<StoredEntry> entries;
  entries.reserve(rows.size());
  for (const db::Row& row : rows) entries.push_back(ToEntry(row));
  return entries;
}

absl::StatusOr<db::Row> Single(absl::StatusOr<std::vector<db::Row>> rows, absl::string_view what) {
  if (!rows.ok()) return rows.status();
  if (rows->size() != 1) {
    return absl::DataLossError(absl::StrCat(what, ": ", rows->size(), " rows, expected one"));
  }
  return std::move(rows->front());
}

}  // namespace

absl::StatusOr<Meta> EntryRepository::ReadMeta() {
  TRIAD_ASSIGN_OR_RETURN(
      db::Row row,
      Single(session_.Query(
                 "SELECT head, floor, epoch, key_id, key_nonce, key_check FROM meta WHERE id = 1"),
             "table meta"));
  Meta meta{Revision{row.Int(0)}, Revision{row.Int(1)}, Epoch{row.Int(2)}, std::nullopt};
  if (!row.IsNull(3)) meta.key_check = Sealed{row.Text(3), row.Bytes(4), row.Bytes(5)};
  return meta;
}

absl::Status EntryRepository::WriteMeta(Epoch epoch, const Sealed& key_check) {
  return session_
      .Execute(
          "UPDATE meta SET epoch = $1, key_id = $2, key_nonce = $3, key_check = $4 WHERE id = 1",
          {epoch.value, Text(key_check.key_id), db::Blob{key_check.nonce},
           db::Blob{key_check.ciphertext}})
      .status();
}

absl::StatusOr<Revision> EntryRepository::TakeRevision() {
  TRIAD_ASSIGN_OR_RETURN(
      db::Row row,
      Single(session_.Query("UPDATE meta SET head = head + 1 WHERE id = 1 RETURNING head"),
             "table meta"));
  return Revision{row.Int(0)};
}

absl::Status EntryRepository::HoldWrites() {
  return session_.Execute("UPDATE meta SET head = head WHERE id = 1").status();
}

absl::Status EntryRepository::SetFloor(Revision floor) {
  return session_.Execute("UPDATE meta SET floor = $1 WHERE id = 1", {floor.value}).status();
}

// From one key to the next, so that it takes as many steps as there are keys.
absl::StatusOr<std::vector<std::string>> EntryRepository::KeyIdsInUse() {
  std::vector<std::string> ids;
  for (std::string last;; last = ids.back()) {
    TRIAD_ASSIGN_OR_RETURN(std::vector<db::Row> rows,
                           session_.Query("SELECT key_id FROM versions WHERE secret = 1 AND key_id "
                                          "> $1 ORDER BY key_id LIMIT 1",
                                          {last}));
    if (rows.empty()) return ids;
    ids.push_back(rows.front().Text(0));
  }
}

absl::StatusOr<std::int64_t> EntryRepository::CountSealedWith(const std::string& key_id) {
  TRIAD_ASSIGN_OR_RETURN(
      db::Row row,
      Single(session_.Query("SELECT count(*) FROM versions WHERE secret = 1 AND key_id = $1",
                            {key_id}),
             "count"));
  return row.Int(0);
}

absl::StatusOr<std::optional<StoredEntry>> EntryRepository::NextSealedWith(
    const std::string& key_id, const VersionName& after) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kVersionColumns,
                   " FROM versions v WHERE v.secret = 1 AND v.key_id = $1 AND (v.namespace, v.key, "
                   "v.version) > ($2, $3, $4) ORDER BY v.namespace, v.key, v.version LIMIT 1");
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::Row> rows,
      session_.Query(kSql, {key_id, after.name.space, after.name.key, after.version}));
  if (rows.empty()) return std::nullopt;
  return ToEntry(rows.front());
}

absl::Status EntryRepository::ReplaceSealed(const VersionName& version, const Sealed& sealed) {
  return session_
      .Execute(
          "UPDATE versions SET value = $1, key_id = $2, nonce = $3 WHERE namespace = $4 AND "
          "key = $5 AND version = $6",
          {db::Blob{sealed.ciphertext}, Text(sealed.key_id), db::Blob{sealed.nonce},
           version.name.space, version.name.key, version.version})
      .status();
}

absl::StatusOr<std::optional<StoredEntry>> EntryRepository::Find(const EntryName& name) {
  static const std::string kSql = absl::StrCat("SELECT ", kVersionColumns, kJoinCurrent,
                                               " WHERE e.namespace = $1 AND e.key = $2");
  TRIAD_ASSIGN_OR_RETURN(std::vector<db::Row> rows, session_.Query(kSql, {name.space, name.key}));
  if (rows.empty()) return std::nullopt;
  return ToEntry(rows.front());
}

absl::StatusOr<std::optional<LatestVersion>> EntryRepository::Latest(const EntryName& name) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::Row> rows,
      session_.Query("SELECT version, revision, deleted, secret, create_time FROM versions WHERE "
                     "namespace = $1 AND key = $2 ORDER BY version DESC LIMIT 1",
                     {name.space, name.key}));
  if (rows.empty()) return std::nullopt;
  const db::Row& row = rows.front();
  return LatestVersion{row.Int(0), Revision{row.Int(1)}, row.Int(2) != 0, row.Int(3) != 0,
                       absl::FromUnixMicros(row.Int(4))};
}

absl::StatusOr<std::vector<KeySize>> EntryRepository::ListSizes(const KeyRange& range,
                                                                absl::string_view after,
                                                                std::int64_t limit) {
  static const std::string kSql = absl::StrCat("SELECT e.key, length(v.value)", kJoinCurrent,
                                               kInRange, " AND e.key > $4 ORDER BY e.key LIMIT $5");
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::Row> rows,
      session_.Query(kSql, {range.space, range.begin, range.end, Text(after), limit}));
  std::vector<KeySize> sizes;
  sizes.reserve(rows.size());
  for (const db::Row& row : rows) sizes.push_back({row.Text(0), row.Int(1)});
  return sizes;
}

absl::StatusOr<std::vector<StoredEntry>> EntryRepository::List(const KeyRange& range,
                                                               absl::string_view after,
                                                               absl::string_view last) {
  static const std::string kSql = absl::StrCat("SELECT ", kVersionColumns, kJoinCurrent, kInRange,
                                               " AND e.key > $4 AND e.key <= $5 ORDER BY e.key");
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::Row> rows,
      session_.Query(kSql, {range.space, range.begin, range.end, Text(after), Text(last)}));
  return ToEntries(rows);
}

absl::Status EntryRepository::EnsureNamespace(const std::string& space, absl::Time now) {
  return session_
      .Execute(
          "INSERT INTO namespaces (name, create_time) VALUES ($1, $2) ON CONFLICT (name) "
          "DO NOTHING",
          {space, Micros(now)})
      .status();
}

absl::Status EntryRepository::Append(const StoredEntry& entry, std::int64_t ordinal) {
  const EntryName& name = entry.name;
  db::Value key_id, nonce;
  if (entry.secret) {
    key_id = entry.key_id;
    nonce = db::Blob{entry.nonce};
  }
  // A key that is there already has its namespace.
  if (entry.version == 1) TRIAD_RETURN_IF_ERROR(EnsureNamespace(name.space, entry.update_time));
  TRIAD_RETURN_IF_ERROR(
      session_
          .Execute("INSERT INTO versions (namespace, key, version, revision, deleted, kind, "
                   "value, secret, key_id, nonce, create_time, update_time) VALUES ($1, $2, $3, "
                   "$4, $5, $6, $7, $8, $9, $10, $11, $12)",
                   {name.space, name.key, entry.version, entry.revision.value,
                    std::int64_t{entry.deleted}, static_cast<std::int64_t>(entry.kind),
                    db::Blob{entry.value}, std::int64_t{entry.secret}, key_id, nonce,
                    Micros(entry.create_time), Micros(entry.update_time)})
          .status());
  TRIAD_RETURN_IF_ERROR(
      session_
          .Execute("INSERT INTO entries (namespace, key, version) VALUES ($1, $2, $3) ON CONFLICT "
                   "(namespace, key) DO UPDATE SET version = excluded.version",
                   {name.space, name.key, entry.version})
          .status());
  return session_
      .Execute(
          "INSERT INTO events (revision, ordinal, namespace, key, version) VALUES ($1, $2, "
          "$3, $4, $5)",
          {entry.revision.value, ordinal, name.space, name.key, entry.version})
      .status();
}

absl::StatusOr<std::vector<RevisionSize>> EntryRepository::EventSizes(const KeyRange& range,
                                                                      Revision after,
                                                                      std::int64_t limit) {
  static const std::string kSql =
      absl::StrCat("SELECT e.revision, length(v.value)", kJoinEvents, kInRange,
                   " AND e.revision > $4 ORDER BY e.revision, e.ordinal LIMIT $5");
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::Row> rows,
      session_.Query(kSql, {range.space, range.begin, range.end, after.value, limit}));
  std::vector<RevisionSize> sizes;
  sizes.reserve(rows.size());
  for (const db::Row& row : rows) sizes.push_back({Revision{row.Int(0)}, row.Int(1)});
  return sizes;
}

absl::StatusOr<std::vector<StoredEntry>> EntryRepository::Events(const KeyRange& range,
                                                                 Revision after, Revision last) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kVersionColumns, kJoinEvents, kInRange,
                   " AND e.revision > $4 AND e.revision <= $5 ORDER BY e.revision, e.ordinal");
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::Row> rows,
      session_.Query(kSql, {range.space, range.begin, range.end, after.value, last.value}));
  return ToEntries(rows);
}

absl::StatusOr<std::vector<EventRow>> EntryRepository::EventsAfter(Revision after,
                                                                   std::int64_t limit) {
  static const std::string kSql =
      absl::StrCat("SELECT e.revision, e.namespace, e.key, e.version, v.update_time", kJoinEvents,
                   " WHERE e.revision > $1 ORDER BY e.revision, e.ordinal LIMIT $2");
  TRIAD_ASSIGN_OR_RETURN(std::vector<db::Row> rows, session_.Query(kSql, {after.value, limit}));
  std::vector<EventRow> events;
  events.reserve(rows.size());
  for (const db::Row& row : rows) {
    events.push_back({Revision{row.Int(0)}, EntryName{row.Text(1), row.Text(2)}, row.Int(3),
                      absl::FromUnixMicros(row.Int(4))});
  }
  return events;
}

absl::Status EntryRepository::DeleteEventsThrough(Revision last) {
  return session_.Execute("DELETE FROM events WHERE revision <= $1", {last.value}).status();
}

absl::Status EntryRepository::DeleteVersionsBefore(const EntryName& name, std::int64_t version) {
  return session_
      .Execute("DELETE FROM versions WHERE namespace = $1 AND key = $2 AND version < $3",
               {name.space, name.key, version})
      .status();
}

}  // namespace triad::config

#include "services/config/rows/version_rows.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

std::optional<absl::Time> TimeOrNull(const db::Row& row, std::size_t column) {
  if (row.IsNull(column)) return std::nullopt;
  return absl::FromUnixMicros(row.Int(column));
}

StoredEntry FromRow(const db::Row& row) {
  StoredEntry entry;
  entry.name = {row.Text(0), row.Text(1)};
  entry.version = row.Int(2);
  entry.revision = Revision{row.Int(3)};
  entry.ordinal = row.Int(4);
  entry.deleted = row.Int(5) != 0;
  entry.kind = static_cast<ValueKind>(row.Int(6));
  entry.value = row.Bytes(7);
  entry.secret = row.Int(8) != 0;
  if (!row.IsNull(9)) entry.key_id = row.Text(9);
  if (!row.IsNull(10)) entry.nonce = row.Bytes(10);
  if (!row.IsNull(11)) entry.content_id = row.Text(11);
  entry.description = row.Text(12);
  entry.labels = row.Text(13);
  entry.create_time = absl::FromUnixMicros(row.Int(14));
  entry.update_time = absl::FromUnixMicros(row.Int(15));
  entry.expire_time = TimeOrNull(row, 16);
  entry.destroyed = row.Int(17) != 0;
  return entry;
}

// One key's versions, with $1 and $2.
constexpr absl::string_view kOfKey = " FROM versions v WHERE v.namespace = $1 AND v.key = $2";

}  // namespace

absl::StatusOr<std::optional<LatestVersion>> VersionRows::Latest(const EntryName& name) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::KeptRow> rows,
      session_.Query(
          "SELECT v.version, v.revision, v.deleted, v.secret, v.create_time, "
          "v.expire_time, (SELECT n.state FROM namespaces n WHERE n.name = v.namespace), "
          "v.labels FROM versions v WHERE v.namespace = $1 AND v.key = $2 ORDER BY v.version DESC "
          "LIMIT 1",
          {name.space, name.key}));
  if (rows.empty()) return std::nullopt;
  const db::Row& row = rows.front();
  return LatestVersion{row.Int(0),
                       Revision{row.Int(1)},
                       row.Int(2) != 0,
                       row.Int(3) != 0,
                       absl::FromUnixMicros(row.Int(4)),
                       TimeOrNull(row, 5),
                       static_cast<NamespaceState>(row.Int(6)),
                       row.Text(7)};
}

absl::StatusOr<std::optional<StoredEntry>> VersionRows::Find(const EntryName& name,
                                                             std::int64_t version) {
  return FindOne("v.version = $3", name, version);
}

absl::StatusOr<std::optional<StoredEntry>> VersionRows::FindAt(const EntryName& name,
                                                               Revision revision) {
  return FindOne("v.revision <= $3", name, revision.value);
}

absl::StatusOr<std::optional<StoredEntry>> VersionRows::LastValue(const EntryName& name) {
  return FindOne("v.deleted = $3", name, 0);
}

absl::StatusOr<std::optional<StoredEntry>> VersionRows::FindOne(absl::string_view condition,
                                                                const EntryName& name,
                                                                std::int64_t parameter) {
  std::string sql = absl::StrCat("SELECT ", kVersionColumns, kOfKey, " AND ", condition,
                                 " ORDER BY v.version DESC LIMIT 1");
  return QueryVersion(session_, sql, {name.space, name.key, parameter});
}

absl::StatusOr<std::optional<StoredEntry>> VersionRows::Before(const EntryName& name,
                                                               std::int64_t version) {
  return FindOne("v.version < $3", name, version);
}

absl::StatusOr<std::vector<VersionSize>> VersionRows::ListSizes(const EntryName& name,
                                                                std::int64_t below,
                                                                std::int64_t limit) {
  return db::QueryEach(session_,
                       "SELECT version, length(value) FROM versions WHERE namespace = $1 AND key = "
                       "$2 AND version < $3 ORDER BY version DESC LIMIT $4",
                       {name.space, name.key, below, limit}, [](const db::Row& row) {
                         return VersionSize{row.Int(0), row.Int(1)};
                       });
}

absl::StatusOr<std::vector<StoredEntry>> VersionRows::List(const EntryName& name,
                                                           std::int64_t below, std::int64_t last) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kVersionColumns, kOfKey,
                   " AND v.version < $3 AND v.version >= $4 ORDER BY v.version DESC");
  return QueryVersions(session_, kSql, {name.space, name.key, below, last});
}

absl::Status VersionRows::Add(const StoredEntry& entry) {
  const EntryName& name = entry.name;
  db::Value key_id, nonce, content_id, expire_time;
  if (entry.secret && !entry.deleted) {
    key_id = entry.key_id;
    nonce = db::Blob{entry.nonce};
    content_id = entry.content_id;
  }
  if (entry.expire_time.has_value()) expire_time = absl::ToUnixMicros(*entry.expire_time);
  return session_
      .Execute(
          "INSERT INTO versions (namespace, key, version, revision, ordinal, deleted, kind, value, "
          "secret, key_id, nonce, content_id, description, labels, create_time, update_time, "
          "expire_time, destroyed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
          "$14, $15, $16, $17, $18)",
          {name.space, name.key, entry.version, entry.revision.value, entry.ordinal,
           std::int64_t{entry.deleted}, static_cast<std::int64_t>(entry.kind),
           db::Blob{entry.value}, std::int64_t{entry.secret}, key_id, nonce, content_id,
           entry.description, entry.labels, absl::ToUnixMicros(entry.create_time),
           absl::ToUnixMicros(entry.update_time), expire_time, std::int64_t{entry.destroyed}})
      .status();
}

absl::StatusOr<std::int64_t> VersionRows::Count(const EntryFilter& filter, std::int64_t limit) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::KeptRow> rows,
      session_.Query("SELECT count(*) FROM (SELECT version FROM versions WHERE namespace = $1 AND "
                     "key >= $2 AND key < $3 LIMIT $4) AS counted",
                     {filter.space, filter.prefix, db::PrefixEnd(filter.prefix), limit}));
  return rows.front().Int(0);
}

absl::Status VersionRows::DeleteBefore(const EntryName& name, std::int64_t version) {
  return session_
      .Execute("DELETE FROM versions WHERE namespace = $1 AND key = $2 AND version < $3",
               {name.space, name.key, version})
      .status();
}

absl::Status VersionRows::Destroy(const EntryName& name, std::int64_t version) {
  return session_
      .Execute(
          "UPDATE versions SET value = $4, key_id = NULL, nonce = NULL, destroyed = 1 WHERE "
          "namespace = $1 AND key = $2 AND version = $3",
          {name.space, name.key, version, db::Blob{}})
      .status();
}

absl::StatusOr<std::int64_t> VersionRows::DeleteValues(const std::string& space,
                                                       std::int64_t limit) {
  return session_.Execute(
      "DELETE FROM versions WHERE (revision, ordinal) IN (SELECT v.revision, v.ordinal FROM "
      "versions v WHERE v.namespace = $1 AND v.deleted = 0 LIMIT $2)",
      {space, limit});
}

absl::StatusOr<std::vector<std::string>> VersionRows::KeysChangedAfter(const EntryFilter& filter,
                                                                       Revision after,
                                                                       std::int64_t limit) {
  return db::QueryEach(
      session_,
      "SELECT DISTINCT v.key FROM versions v WHERE v.revision > $4 AND "
      "v.namespace || '' = $1 AND v.key || '' >= $2 AND v.key || '' < $3 ORDER BY "
      "v.key LIMIT $5",
      {filter.space, filter.prefix, db::PrefixEnd(filter.prefix), after.value, limit},
      [](const db::Row& row) { return row.Text(0); });
}

absl::StatusOr<std::vector<StoredEntry>> QueryVersions(db::Session& session, absl::string_view sql,
                                                       absl::Span<const db::Value> parameters) {
  return db::QueryEach(session, sql, parameters, FromRow);
}

absl::StatusOr<std::optional<StoredEntry>> QueryVersion(db::Session& session, absl::string_view sql,
                                                        absl::Span<const db::Value> parameters) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<StoredEntry> found, QueryVersions(session, sql, parameters));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

}  // namespace triad::config

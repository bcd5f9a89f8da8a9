#include "services/config/rows/version_rows.h"

#include <string>

#include "runtime/base/status.h"

namespace triad::config {
namespace {

StoredEntry FromRow(const db::Row& row) {
  StoredEntry entry;
  entry.name = {row.Text(0), row.Text(1)};
  entry.version = row.Int(2);
  entry.revision = Revision{row.Int(3)};
  entry.deleted = row.Int(4) != 0;
  entry.kind = static_cast<ValueKind>(row.Int(5));
  entry.value = row.Bytes(6);
  entry.secret = row.Int(7) != 0;
  if (!row.IsNull(8)) entry.key_id = row.Text(8);
  if (!row.IsNull(9)) entry.nonce = row.Bytes(9);
  entry.create_time = absl::FromUnixMicros(row.Int(10));
  entry.update_time = absl::FromUnixMicros(row.Int(11));
  return entry;
}

absl::Status EnsureNamespace(db::Session& session, const std::string& space, absl::Time now) {
  return session
      .Execute(
          "INSERT INTO namespaces (name, create_time) VALUES ($1, $2) ON CONFLICT (name) "
          "DO NOTHING",
          {space, absl::ToUnixMicros(now)})
      .status();
}

}  // namespace

absl::StatusOr<std::optional<LatestVersion>> VersionRows::Latest(const EntryName& name) {
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

absl::Status VersionRows::Add(const StoredEntry& entry) {
  const EntryName& name = entry.name;
  // A key that is there already has its namespace.
  if (entry.version == 1) {
    TRIAD_RETURN_IF_ERROR(EnsureNamespace(session_, name.space, entry.update_time));
  }
  db::Value key_id, nonce;
  if (entry.secret) {
    key_id = entry.key_id;
    nonce = db::Blob{entry.nonce};
  }
  return session_
      .Execute(
          "INSERT INTO versions (namespace, key, version, revision, deleted, kind, "
          "value, secret, key_id, nonce, create_time, update_time) VALUES ($1, $2, $3, "
          "$4, $5, $6, $7, $8, $9, $10, $11, $12)",
          {name.space, name.key, entry.version, entry.revision.value, std::int64_t{entry.deleted},
           static_cast<std::int64_t>(entry.kind), db::Blob{entry.value}, std::int64_t{entry.secret},
           key_id, nonce, absl::ToUnixMicros(entry.create_time),
           absl::ToUnixMicros(entry.update_time)})
      .status();
}

absl::StatusOr<std::int64_t> VersionRows::Count(const EntryFilter& filter, std::int64_t limit) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::Row> rows,
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

absl::StatusOr<std::vector<StoredEntry>> QueryVersions(db::Session& session, absl::string_view sql,
                                                       absl::Span<const db::Value> parameters) {
  return db::QueryEach(session, sql, parameters, FromRow);
}

}  // namespace triad::config

#include "services/config/rows/version_rows.h"

#include <string>

#include "absl/strings/str_cat.h"
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

// One key's versions, with $1 and $2.
constexpr absl::string_view kOfKey = " FROM versions v WHERE v.namespace = $1 AND v.key = $2";

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
  TRIAD_ASSIGN_OR_RETURN(std::vector<StoredEntry> found,
                         QueryVersions(session_, sql, {name.space, name.key, parameter}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
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

#include "services/storage/rows/version_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/rows/version_columns.h"

namespace triad::storage {
namespace {

std::int64_t ToInt(BucketNumber number) { return static_cast<std::int64_t>(number); }

absl::StatusOr<Object> FromRow(const std::string& bucket, const db::Row& row) {
  TRIAD_ASSIGN_OR_RETURN(Object version, VersionFromRow(bucket, row));
  version.deleted = row.Int(kVersionColumnCount) != 0;
  version.noncurrent_time = absl::FromUnixMicros(row.Int(kVersionColumnCount + 1));
  return version;
}

}  // namespace

absl::Status VersionRows::Insert(const Object& version) {
  static const std::string kSql = absl::StrCat(
      "INSERT INTO versions (bucket, ", kVersionColumns,
      ", deleted, noncurrent_time) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)");
  std::vector<db::Value> values = ValuesOf(number_, version);
  values.emplace_back(std::int64_t{version.deleted});
  values.emplace_back(std::int64_t{absl::ToUnixMicros(version.noncurrent_time.value())});
  return session_.Execute(kSql, values).status();
}

absl::StatusOr<std::vector<Object>> VersionRows::Select(const std::string& where,
                                                        std::vector<db::Value> parameters) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<db::KeptRow> rows,
                         session_.Query(absl::StrCat("SELECT ", kVersionColumns,
                                                     ", deleted, noncurrent_time FROM versions "
                                                     "WHERE bucket = $1 AND ",
                                                     where),
                                        parameters));
  std::vector<Object> versions;
  versions.reserve(rows.size());
  for (const db::Row& row : rows) {
    TRIAD_ASSIGN_OR_RETURN(versions.emplace_back(), FromRow(bucket_, row));
  }
  return versions;
}

absl::StatusOr<std::optional<Object>> VersionRows::SelectOne(const std::string& where,
                                                             std::vector<db::Value> parameters) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<Object> found, Select(where, std::move(parameters)));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::StatusOr<std::optional<Object>> VersionRows::Find(const std::string& name,
                                                        std::int64_t generation) {
  return SelectOne("name = $2 AND generation = $3", {ToInt(number_), name, generation});
}

absl::StatusOr<std::optional<Object>> VersionRows::FindNewest(const std::string& name) {
  return SelectOne("name = $2 ORDER BY generation DESC LIMIT 1", {ToInt(number_), name});
}

absl::StatusOr<std::optional<Object>> VersionRows::FindNewestContent(const std::string& name) {
  return SelectOne("name = $2 AND deleted = 0 ORDER BY generation DESC LIMIT 1",
                   {ToInt(number_), name});
}

absl::StatusOr<std::optional<Object>> VersionRows::FindUnnumbered(const std::string& name) {
  return SelectOne("name = $2 AND numbered = 0 ORDER BY generation DESC LIMIT 1",
                   {ToInt(number_), name});
}

absl::Status VersionRows::Delete(const std::string& name, std::int64_t generation) {
  return session_
      .Execute("DELETE FROM versions WHERE bucket = $1 AND name = $2 AND generation = $3",
               {ToInt(number_), name, generation})
      .status();
}

absl::Status VersionRows::SetSha256(const Object& version, const std::string& sha256) {
  return session_
      .Execute(
          "UPDATE versions SET sha256 = $4 WHERE bucket = $1 AND name = $2 AND generation = $3",
          {ToInt(number_), version.name.object, version.generation, sha256})
      .status();
}

absl::StatusOr<std::vector<Object>> VersionRows::ListOf(const std::string& name, std::int64_t below,
                                                        std::int64_t limit) {
  return Select("name = $2 AND generation < $3 ORDER BY generation DESC LIMIT $4",
                {ToInt(number_), name, below, limit});
}

absl::StatusOr<std::vector<Object>> VersionRows::ListAny(std::int64_t limit) {
  return Select("true LIMIT $2", {ToInt(number_), limit});
}

absl::StatusOr<std::optional<std::string>> VersionRows::NextName(const std::string& from,
                                                                 const std::string& until) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<db::KeptRow> rows,
                         session_.Query("SELECT name FROM versions WHERE bucket = $1 AND "
                                        "name >= $2 AND name < $3 ORDER BY name LIMIT 1",
                                        {ToInt(number_), from, until}));
  if (rows.empty()) return std::nullopt;
  return rows.front().Text(0);
}

}  // namespace triad::storage

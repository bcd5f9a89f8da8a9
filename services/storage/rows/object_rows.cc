#include "services/storage/rows/object_rows.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/rows/version_columns.h"

namespace triad::storage {
namespace {

std::int64_t ToInt(BucketNumber number) { return static_cast<std::int64_t>(number); }

constexpr absl::string_view kLastCharacter = "\U0010FFFF";

}  // namespace

std::string EndOfNames(absl::string_view prefix) {
  std::string end = db::PrefixEnd(prefix);
  if (end != kLastCharacter) return end;
  for (std::size_t size = end.size(); size <= kMaxObjectName; size += kLastCharacter.size()) {
    absl::StrAppend(&end, kLastCharacter);
  }
  return end;
}

std::string BehindName(absl::string_view name) { return absl::StrCat(name, "\x01"); }

absl::StatusOr<std::optional<Object>> ObjectRows::Find(const std::string& name) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kVersionColumns, " FROM objects WHERE bucket = $1 AND name = $2");
  TRIAD_ASSIGN_OR_RETURN(std::vector<db::KeptRow> rows,
                         session_.Query(kSql, {ToInt(number_), name}));
  if (rows.empty()) return std::nullopt;
  return VersionFromRow(bucket_, rows.front());
}

absl::StatusOr<std::vector<Object>> ObjectRows::List(const NameRange& range) {
  std::vector<Object> objects;
  absl::Status read;
  TRIAD_RETURN_IF_ERROR(VisitRows(range, [&](const db::Row& row) {
    absl::StatusOr<Object> object = VersionFromRow(bucket_, row);
    read = object.status();
    if (object.ok()) objects.push_back(*std::move(object));
    return read.ok();
  }));
  if (!read.ok()) return read;
  return objects;
}

absl::Status ObjectRows::Visit(const NameRange& range,
                               absl::FunctionRef<bool(const ObjectView&)> visit) {
  ObjectView view;
  Properties properties;
  absl::Status read;
  TRIAD_RETURN_IF_ERROR(VisitRows(range, [&](const db::Row& row) {
    read = ReadView(bucket_, row, 0, view, properties);
    return read.ok() && visit(view);
  }));
  return read;
}

absl::Status ObjectRows::VisitRows(const NameRange& range, db::Session::Visitor visit) {
  static const std::string kSelect =
      absl::StrCat("SELECT ", kVersionColumns,
                   " FROM objects WHERE bucket = $1 AND name >= $2 AND name < $3 ORDER BY name ");
  static const std::string kAscending = absl::StrCat(kSelect, "ASC LIMIT $4");
  static const std::string kDescending = absl::StrCat(kSelect, "DESC LIMIT $4");
  return session_.Visit(range.descending ? kDescending : kAscending,
                        {ToInt(number_), range.from, range.until, range.limit}, visit);
}

absl::StatusOr<std::int64_t> ObjectRows::Count(const NameRange& range) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::KeptRow> rows,
      session_.Query("SELECT count(*) FROM (SELECT 1 FROM objects WHERE bucket = $1 AND "
                     "name >= $2 AND name < $3 LIMIT $4) AS counted",
                     {ToInt(number_), range.from, range.until, range.limit}));
  return rows.front().Int(0);
}

absl::Status ObjectRows::Put(const Object& object) {
  static const std::string kSql =
      absl::StrCat("INSERT INTO objects (bucket, ", kVersionColumns,
                   ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
                   "ON CONFLICT (bucket, name) DO UPDATE SET generation = excluded.generation, "
                   "numbered = excluded.numbered, etag = excluded.etag, size = excluded.size, "
                   "piece = excluded.piece, list = excluded.list, sha256 = excluded.sha256, "
                   "crc32c = excluded.crc32c, content_type = excluded.content_type, "
                   "properties = excluded.properties, create_time = excluded.create_time, "
                   "update_time = excluded.update_time");
  return session_.Execute(kSql, ValuesOf(number_, object)).status();
}

absl::Status ObjectRows::Delete(const std::string& name) {
  return session_
      .Execute("DELETE FROM objects WHERE bucket = $1 AND name = $2", {ToInt(number_), name})
      .status();
}

absl::Status ObjectRows::SetSha256(const Object& object, const std::string& sha256) {
  return session_
      .Execute("UPDATE objects SET sha256 = $4 WHERE bucket = $1 AND name = $2 AND etag = $3",
               {ToInt(number_), object.name.object, object.etag, sha256})
      .status();
}

}  // namespace triad::storage

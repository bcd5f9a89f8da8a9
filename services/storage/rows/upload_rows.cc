#include "services/storage/rows/upload_rows.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/rows/object_rows.h"
#include "services/storage/rows/version_columns.h"

namespace triad::storage {
namespace {

std::int64_t ToInt(BucketNumber number) { return static_cast<std::int64_t>(number); }

constexpr char kUploadColumns[] = "id, name, content_type, properties, create_time";

absl::StatusOr<Upload> UploadFromRow(const std::string& bucket, const db::Row& row) {
  Upload upload;
  upload.id = row.Text(0);
  upload.name = {bucket, row.Text(1)};
  upload.content_type = row.Text(2);
  TRIAD_ASSIGN_OR_RETURN(upload.properties, ParseProperties(row.Text(3)));
  upload.create_time = absl::FromUnixMicros(row.Int(4));
  return upload;
}

UploadPart PartFromRow(const db::Row& row) {
  UploadPart part;
  part.number = row.Int(0);
  part.etag = row.Text(1);
  part.size = row.Int(2);
  part.content = ContentFromRow(row, 3);
  part.sha256 = row.Text(5);
  part.crc32c = Crc32c(static_cast<std::uint32_t>(row.Int(6)));
  part.create_time = absl::FromUnixMicros(row.Int(7));
  return part;
}

}  // namespace

absl::Status UploadRows::Insert(const Upload& upload) {
  return session_
      .Execute(
          "INSERT INTO uploads (id, bucket, name, content_type, properties, create_time) "
          "VALUES ($1, $2, $3, $4, $5, $6)",
          {upload.id, ToInt(number_), upload.name.object, upload.content_type,
           FormatProperties(upload.properties), absl::ToUnixMicros(upload.create_time)})
      .status();
}

absl::StatusOr<std::optional<Upload>> UploadRows::Find(const std::string& object,
                                                       const std::string& id) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::KeptRow> rows,
      session_.Query(absl::StrCat("SELECT ", kUploadColumns,
                                  " FROM uploads WHERE id = $1 AND bucket = $2 AND name = $3"),
                     {id, ToInt(number_), object}));
  if (rows.empty()) return std::nullopt;
  return UploadFromRow(bucket_, rows.front());
}

absl::StatusOr<std::vector<Upload>> UploadRows::List(const UploadRange& range) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::KeptRow> rows,
      session_.Query(absl::StrCat("SELECT ", kUploadColumns,
                                  " FROM uploads WHERE bucket = $1 AND name >= $2 AND name < $3 "
                                  "AND (name > $4 OR (name = $4 AND id > $5)) "
                                  "ORDER BY name, id LIMIT $6"),
                     {ToInt(number_), std::max(range.prefix, range.after_name),
                      EndOfNames(range.prefix), range.after_name, range.after_id, range.limit}));
  std::vector<Upload> uploads;
  for (const db::Row& row : rows) {
    TRIAD_ASSIGN_OR_RETURN(uploads.emplace_back(), UploadFromRow(bucket_, row));
  }
  return uploads;
}

absl::Status UploadRows::Delete(const std::string& id) {
  TRIAD_RETURN_IF_ERROR(session_.Execute("DELETE FROM parts WHERE upload = $1", {id}).status());
  return session_.Execute("DELETE FROM uploads WHERE id = $1", {id}).status();
}

absl::Status UploadRows::PutPart(const std::string& upload, const UploadPart& part) {
  std::vector<db::Value> content = ValuesOf(part.content);
  return session_
      .Execute(
          "INSERT INTO parts (upload, number, etag, size, piece, list, sha256, crc32c, "
          "create_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
          "ON CONFLICT (upload, number) DO UPDATE SET etag = excluded.etag, "
          "size = excluded.size, piece = excluded.piece, list = excluded.list, "
          "sha256 = excluded.sha256, crc32c = excluded.crc32c, "
          "create_time = excluded.create_time",
          {upload, part.number, part.etag, part.size, std::move(content[0]), std::move(content[1]),
           part.sha256, std::int64_t{part.crc32c.value()}, absl::ToUnixMicros(part.create_time)})
      .status();
}

absl::StatusOr<std::optional<UploadPart>> UploadRows::FindPart(const std::string& upload,
                                                               std::int64_t number) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<UploadPart> parts, ListParts(upload, number - 1, 1));
  if (parts.empty() || parts.front().number != number) return std::nullopt;
  return std::move(parts.front());
}

absl::StatusOr<std::vector<UploadPart>> UploadRows::ListParts(const std::string& upload,
                                                              std::int64_t after,
                                                              std::int64_t limit) {
  return db::QueryEach(session_,
                       "SELECT number, etag, size, piece, list, sha256, crc32c, create_time "
                       "FROM parts WHERE upload = $1 AND number > $2 ORDER BY number LIMIT $3",
                       {upload, after, limit}, PartFromRow);
}

}  // namespace triad::storage

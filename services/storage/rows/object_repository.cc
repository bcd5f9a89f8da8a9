#include "services/storage/rows/object_repository.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::storage {
namespace {

using nlohmann::json;

absl::StatusOr<std::map<std::string, std::string>> MetadataFromText(const std::string& text) {
  const json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object())
    return absl::InternalError("an object's metadata in the database is damaged");
  std::map<std::string, std::string> metadata;
  for (const auto& [name, value] : parsed.items()) {
    if (value.is_string()) metadata[name] = value.get_ref<const std::string&>();
  }
  return metadata;
}

absl::StatusOr<std::optional<Object>> Find(db::Session& session, const ObjectName& name) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::Row> rows,
      session.Query("SELECT blob, size, sha256, content_type, metadata, create_time, update_time "
                    "FROM objects WHERE bucket = $1 AND name = $2",
                    {name.bucket, name.object}));
  if (rows.empty()) return std::nullopt;
  const db::Row& row = rows.front();
  Object object;
  object.name = name;
  object.blob = row.Text(0);
  object.size = row.Int(1);
  object.sha256 = row.Text(2);
  object.content_type = row.Text(3);
  TRIAD_ASSIGN_OR_RETURN(object.metadata, MetadataFromText(row.Text(4)));
  object.create_time = absl::FromUnixMicros(row.Int(5));
  object.update_time = absl::FromUnixMicros(row.Int(6));
  return object;
}

absl::Status CheckBucketExists(db::Session& session, const std::string& bucket) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<db::Row> rows,
                         session.Query("SELECT id FROM buckets WHERE id = $1", {bucket}));
  if (!rows.empty()) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat(BucketName(bucket), " does not exist"));
}

absl::Status Upsert(db::Session& session, const Object& object) {
  return session
      .Execute(
          "INSERT INTO objects (bucket, name, blob, size, sha256, content_type, metadata, "
          "create_time, update_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) "
          "ON CONFLICT (bucket, name) DO UPDATE SET blob = excluded.blob, "
          "size = excluded.size, sha256 = excluded.sha256, "
          "content_type = excluded.content_type, metadata = excluded.metadata, "
          "update_time = excluded.update_time",
          {object.name.bucket, object.name.object, object.blob, object.size, object.sha256,
           object.content_type, json(object.metadata).dump(),
           absl::ToUnixMicros(object.update_time)})
      .status();
}

absl::StatusOr<std::vector<std::string>> Column(db::Database& database, absl::string_view sql,
                                                const std::vector<db::Value>& parameters) {
  std::vector<std::string> values;
  TRIAD_RETURN_IF_ERROR(database.Read([&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(std::vector<db::Row> rows, session.Query(sql, parameters));
    for (const db::Row& row : rows) values.push_back(row.Text(0));
    return absl::OkStatus();
  }));
  return values;
}

}  // namespace

absl::StatusOr<Object> ObjectRepository::Get(const ObjectName& name) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<Object> object, Current(name));
  if (object.has_value()) return *std::move(object);
  return absl::NotFoundError(absl::StrCat(name.ToString(), " does not exist"));
}

absl::StatusOr<std::optional<Object>> ObjectRepository::Current(const ObjectName& name) {
  std::optional<Object> object;
  TRIAD_RETURN_IF_ERROR(database_.Read([&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(object, Find(session, name));
    return object.has_value() ? absl::OkStatus() : CheckBucketExists(session, name.bucket);
  }));
  return object;
}

absl::StatusOr<PutResult> ObjectRepository::Put(const Object& object, const Check& check) {
  PutResult result;
  TRIAD_RETURN_IF_ERROR(database_.Write([&](db::Session& session) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(CheckBucketExists(session, object.name.bucket));
    TRIAD_ASSIGN_OR_RETURN(std::optional<Object> current, Find(session, object.name));
    TRIAD_RETURN_IF_ERROR(check(current));
    result.replaced = current.has_value();
    result.create_time = current.has_value() ? current->create_time : object.update_time;
    if (current.has_value()) {
      TRIAD_RETURN_IF_ERROR(session
                                .Execute("INSERT INTO garbage (blob, create_time) VALUES ($1, $2)",
                                         {current->blob, absl::ToUnixMicros(object.update_time)})
                                .status());
    }
    return Upsert(session, object);
  }));
  return result;
}

absl::StatusOr<std::vector<std::string>> ObjectRepository::BlobsAfter(const std::string& after,
                                                                      std::int64_t limit) {
  return Column(database_, "SELECT blob FROM objects WHERE blob > $1 ORDER BY blob LIMIT $2",
                {after, limit});
}

absl::StatusOr<std::vector<std::string>> ObjectRepository::Garbage(std::int64_t limit) {
  return Column(database_, "SELECT blob FROM garbage ORDER BY create_time, blob LIMIT $1", {limit});
}

absl::Status ObjectRepository::ForgetGarbage(const std::vector<std::string>& blobs) {
  return database_.Write([&](db::Session& session) -> absl::Status {
    for (const std::string& blob : blobs) {
      TRIAD_RETURN_IF_ERROR(
          session.Execute("DELETE FROM garbage WHERE blob = $1", {blob}).status());
    }
    return absl::OkStatus();
  });
}

}  // namespace triad::storage

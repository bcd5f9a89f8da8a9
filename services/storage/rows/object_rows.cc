#include "services/storage/rows/object_rows.h"

#include <map>
#include <nlohmann/json.hpp>

#include "runtime/base/status.h"

namespace triad::storage {
namespace {

using nlohmann::json;

absl::StatusOr<std::map<std::string, std::string>> ParseMetadata(const std::string& text) {
  json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) {
    return absl::InternalError("an object's metadata in the database is damaged");
  }
  std::map<std::string, std::string> metadata;
  for (const auto& [name, value] : parsed.items()) {
    if (value.is_string()) metadata[name] = value.get_ref<const std::string&>();
  }
  return metadata;
}

}  // namespace

absl::StatusOr<std::optional<Object>> ObjectRows::Find(const ObjectName& name) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::Row> rows,
      session_.Query("SELECT blob, size, sha256, content_type, metadata, create_time, update_time "
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
  TRIAD_ASSIGN_OR_RETURN(object.metadata, ParseMetadata(row.Text(4)));
  object.create_time = absl::FromUnixMicros(row.Int(5));
  object.update_time = absl::FromUnixMicros(row.Int(6));
  return object;
}

absl::Status ObjectRows::Put(const Object& object) {
  return session_
      .Execute(
          "INSERT INTO objects (bucket, name, blob, size, sha256, content_type, metadata, "
          "create_time, update_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
          "ON CONFLICT (bucket, name) DO UPDATE SET blob = excluded.blob, "
          "size = excluded.size, sha256 = excluded.sha256, "
          "content_type = excluded.content_type, metadata = excluded.metadata, "
          "create_time = excluded.create_time, update_time = excluded.update_time",
          {object.name.bucket, object.name.object, object.blob, object.size, object.sha256,
           object.content_type, json(object.metadata).dump(),
           absl::ToUnixMicros(object.create_time), absl::ToUnixMicros(object.update_time)})
      .status();
}

absl::StatusOr<std::vector<std::string>> ObjectRows::BlobsAfter(const std::string& after,
                                                                std::int64_t limit) {
  return db::QueryEach(session_, "SELECT blob FROM objects WHERE blob > $1 ORDER BY blob LIMIT $2",
                       {after, limit}, [](const db::Row& row) { return row.Text(0); });
}

}  // namespace triad::storage

#include "services/storage/rows/version_columns.h"

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "runtime/base/status.h"

namespace triad::storage {
namespace {

using nlohmann::json;
using Pairs = std::map<std::string, std::string>;

struct HeaderRow {
  const char* name;
  std::string ContentHeaders::*value;
};

constexpr HeaderRow kHeaders[] = {
    {"cache-control", &ContentHeaders::cache_control},
    {"content-disposition", &ContentHeaders::content_disposition},
    {"content-encoding", &ContentHeaders::content_encoding},
    {"content-language", &ContentHeaders::content_language},
    {"expires", &ContentHeaders::expires},
};

Pairs PairsOf(const ContentHeaders& headers) {
  Pairs pairs;
  for (const HeaderRow& row : kHeaders) {
    if (!(headers.*row.value).empty()) pairs[row.name] = headers.*row.value;
  }
  return pairs;
}

ContentHeaders HeadersOf(Pairs pairs) {
  ContentHeaders headers;
  for (const HeaderRow& row : kHeaders) headers.*row.value = std::move(pairs[row.name]);
  return headers;
}

absl::Status Damaged() {
  return absl::InternalError("an object's properties in the database are damaged");
}

absl::StatusOr<Pairs> PairsFromJson(const json& object, const char* name) {
  Pairs pairs;
  auto found = object.find(name);
  if (found == object.end()) return pairs;
  if (!found->is_object()) return Damaged();
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string()) return Damaged();
    pairs[key] = value.get_ref<const std::string&>();
  }
  return pairs;
}

template <typename Id>
std::optional<Id> OptionalId(const db::Row& row, std::size_t column) {
  if (row.IsNull(column)) return std::nullopt;
  return Id{row.Int(column)};
}

template <typename Id>
db::Value ValueOf(const std::optional<Id>& id) {
  if (!id.has_value()) return std::monostate();
  return static_cast<std::int64_t>(*id);
}

}  // namespace

std::string FormatProperties(const Properties& properties) {
  if (properties == Properties()) return "";
  json object = json::object();
  auto add = [&](const char* name, const Pairs& pairs) {
    if (!pairs.empty()) object[name] = pairs;
  };
  add("headers", PairsOf(properties.headers));
  add("metadata", properties.metadata);
  add("tags", properties.tags);
  add("checksums", properties.checksums);
  return object.dump();
}

absl::StatusOr<Properties> ParseProperties(absl::string_view text) {
  Properties properties;
  if (text.empty()) return properties;
  json object = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return Damaged();
  TRIAD_ASSIGN_OR_RETURN(Pairs headers, PairsFromJson(object, "headers"));
  properties.headers = HeadersOf(std::move(headers));
  TRIAD_ASSIGN_OR_RETURN(properties.metadata, PairsFromJson(object, "metadata"));
  TRIAD_ASSIGN_OR_RETURN(properties.tags, PairsFromJson(object, "tags"));
  TRIAD_ASSIGN_OR_RETURN(properties.checksums, PairsFromJson(object, "checksums"));
  return properties;
}

Content ContentFromRow(const db::Row& row, std::size_t first) {
  return {OptionalId<PieceId>(row, first), OptionalId<ListId>(row, first + 1)};
}

std::vector<db::Value> ValuesOf(const Content& content) {
  return {ValueOf(content.piece), ValueOf(content.list)};
}

absl::Status ReadView(absl::string_view bucket, const db::Row& row, std::size_t first,
                      ObjectView& view, Properties& properties) {
  view.bucket = bucket;
  view.name = row.TextView(first);
  view.generation = row.Int(first + 1);
  view.etag = row.TextView(first + 3);
  view.size = row.Int(first + 4);
  view.sha256 = row.IsNull(first + 7) ? absl::string_view() : row.TextView(first + 7);
  view.crc32c = std::nullopt;
  if (!row.IsNull(first + 8)) {
    view.crc32c = Crc32c(static_cast<std::uint32_t>(row.Int(first + 8)));
  }
  view.content_type = row.TextView(first + 9);
  view.properties = nullptr;
  // Most have none, and many are read at a time.
  if (absl::string_view text = row.TextView(first + 10); !text.empty()) {
    TRIAD_ASSIGN_OR_RETURN(properties, ParseProperties(text));
    view.properties = &properties;
  }
  view.create_time = absl::FromUnixMicros(row.Int(first + 11));
  view.update_time = absl::FromUnixMicros(row.Int(first + 12));
  return absl::OkStatus();
}

absl::StatusOr<Object> VersionFromRow(absl::string_view bucket, const db::Row& row,
                                      std::size_t first) {
  ObjectView view;
  Object object;
  TRIAD_RETURN_IF_ERROR(ReadView(bucket, row, first, view, object.properties));
  object.name = {std::string(view.bucket), std::string(view.name)};
  object.generation = view.generation;
  object.numbered = row.Int(first + 2) != 0;
  object.etag = std::string(view.etag);
  object.size = view.size;
  object.content = ContentFromRow(row, first + 5);
  object.sha256 = std::string(view.sha256);
  object.crc32c = view.crc32c;
  object.content_type = std::string(view.content_type);
  object.create_time = view.create_time;
  object.update_time = view.update_time;
  return object;
}

std::vector<db::Value> ValuesOf(BucketNumber bucket, const Object& object) {
  db::Value sha256 = std::monostate();
  if (!object.sha256.empty()) sha256 = object.sha256;
  db::Value crc32c = std::monostate();
  if (object.crc32c.has_value()) crc32c = std::int64_t{object.crc32c->value()};
  return {static_cast<std::int64_t>(bucket),
          object.name.object,
          object.generation,
          std::int64_t{object.numbered},
          object.etag,
          object.size,
          ValueOf(object.content.piece),
          ValueOf(object.content.list),
          std::move(sha256),
          std::move(crc32c),
          object.content_type,
          FormatProperties(object.properties),
          absl::ToUnixMicros(object.create_time),
          absl::ToUnixMicros(object.update_time)};
}

}  // namespace triad::storage

#include "services/storage/objects/object_mapping.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"
#include "runtime/rpc/field_mask.h"
#include "runtime/rpc/timestamps.h"
#include "runtime/telemetry/logs/log.h"
#include "services/storage/http/content_headers.h"
#include "services/storage/http/http_date.h"
#include "services/storage/model/property_rules.h"

namespace triad::storage {
namespace {

struct HttpStatusRow {
  absl::StatusCode code;
  int status;
};

constexpr HttpStatusRow kHttpStatuses[] = {
    {absl::StatusCode::kFailedPrecondition, 412},
    {absl::StatusCode::kOutOfRange, 413},
    {absl::StatusCode::kResourceExhausted, 507},
    // Of the blob store, about content that comes too slowly.
    {absl::StatusCode::kDeadlineExceeded, 408},
};

using Pairs = std::map<std::string, std::string>;
using ProtoPairs = google::protobuf::Map<std::string, std::string>;

Pairs FromProto(const ProtoPairs& pairs) { return Pairs(pairs.begin(), pairs.end()); }

// One field that an update may name.
struct ChangeRow {
  absl::string_view path;
  bool (*is_set)(const v1::Object&);
  absl::Status (*take)(const std::string& field, const v1::Object&, ObjectChanges&);
};

constexpr ChangeRow kChanges[] = {
    {"content_type", [](const v1::Object& object) { return !object.content_type().empty(); },
     [](const std::string& field, const v1::Object& object, ObjectChanges& changes) {
       absl::StatusOr<std::string> type = CheckContentType(field, object.content_type());
       if (type.ok()) changes.content_type = *std::move(type);
       return type.status();
     }},
    {"metadata", [](const v1::Object& object) { return !object.metadata().empty(); },
     [](const std::string& field, const v1::Object& object, ObjectChanges& changes) {
       changes.metadata = FromProto(object.metadata());
       return CheckMetadata(field, absl::StrCat(field, "."), *changes.metadata);
     }},
    {"tags", [](const v1::Object& object) { return !object.tags().empty(); },
     [](const std::string& field, const v1::Object& object, ObjectChanges& changes) {
       changes.tags = FromProto(object.tags());
       return CheckTags(field, *changes.tags);
     }},
};

// One that is a header.
struct HeaderRow {
  absl::string_view path;
  absl::string_view header;
  int number;
  const std::string& (v1::Object::*get)() const;
  std::string ContentHeaders::*value;
};

constexpr HeaderRow kHeaders[] = {
    {"cache_control", "cache-control", v1::Object::kCacheControlFieldNumber,
     &v1::Object::cache_control, &ContentHeaders::cache_control},
    {"content_disposition", "content-disposition", v1::Object::kContentDispositionFieldNumber,
     &v1::Object::content_disposition, &ContentHeaders::content_disposition},
    {"content_encoding", "content-encoding", v1::Object::kContentEncodingFieldNumber,
     &v1::Object::content_encoding, &ContentHeaders::content_encoding},
    {"content_language", "content-language", v1::Object::kContentLanguageFieldNumber,
     &v1::Object::content_language, &ContentHeaders::content_language},
    {"expires", "expires", v1::Object::kExpiresFieldNumber, &v1::Object::expires,
     &ContentHeaders::expires},
};

absl::Status TakeHeader(const HeaderRow& row, const std::string& field, const std::string& value,
                        ObjectChanges& changes) {
  absl::StatusOr<ContentHeaders> parsed =
      ParseContentHeaders([&](absl::string_view name) -> std::optional<std::string> {
        if (name != row.header || value.empty()) return std::nullopt;
        return value;
      });
  if (!parsed.ok()) {
    // Under the name of the field, and not of the header.
    return InvalidField(
        field, absl::StripPrefix(parsed.status().message(), absl::StrCat(row.header, ": ")));
  }
  changes.headers.emplace_back(row.value, *parsed.*row.value);
  return absl::OkStatus();
}

std::vector<absl::string_view> Changeable() {
  std::vector<absl::string_view> paths;
  for (const ChangeRow& row : kChanges) paths.push_back(row.path);
  for (const HeaderRow& row : kHeaders) paths.push_back(row.path);
  return paths;
}

}  // namespace

void Write(const ObjectView& object, rpc::MessageWriter& writer) {
  writer.Text(v1::Object::kNameFieldNumber, PartsOfObjectName(object.bucket, object.name));
  writer.Number(v1::Object::kSizeFieldNumber, object.size);
  writer.Text(v1::Object::kSha256FieldNumber, object.sha256);
  writer.Text(v1::Object::kContentTypeFieldNumber, object.content_type);
  writer.Text(v1::Object::kEtagFieldNumber, object.etag);
  writer.Time(v1::Object::kCreateTimeFieldNumber, object.create_time);
  writer.Time(v1::Object::kUpdateTimeFieldNumber, object.update_time);
  writer.Number(v1::Object::kGenerationFieldNumber, object.generation);
  if (object.crc32c.has_value()) {
    absl::AlphaNum crc32c(absl::Hex(object.crc32c->value(), absl::kZeroPad8));
    writer.Text(v1::Object::kCrc32CFieldNumber, crc32c.Piece());
  }
  writer.Flag(v1::Object::kCurrentFieldNumber, !object.noncurrent_time.has_value());
  writer.Flag(v1::Object::kDeletedFieldNumber, object.deleted);
  if (object.noncurrent_time.has_value()) {
    writer.Time(v1::Object::kNoncurrentTimeFieldNumber, *object.noncurrent_time);
  }
  if (object.properties == nullptr) return;
  const Properties& properties = *object.properties;
  writer.Pairs(v1::Object::kMetadataFieldNumber, properties.metadata);
  writer.Pairs(v1::Object::kTagsFieldNumber, properties.tags);
  writer.Pairs(v1::Object::kChecksumsFieldNumber, properties.checksums);
  for (const HeaderRow& row : kHeaders) writer.Text(row.number, properties.headers.*row.value);
}

v1::Object ToProto(const Object& object) {
  rpc::MessageWriter writer;
  Write(ViewOf(object), writer);
  v1::Object message;
  absl::string_view bytes = writer.message();
  // All text that is stored is UTF-8, so that it parses unless the database is damaged.
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    log::Error("an object's description is damaged", {{"object", FormatObjectName(object.name)}});
  }
  return message;
}

absl::StatusOr<Generation> GenerationFromProto(absl::string_view field, std::int64_t generation) {
  if (generation >= 0) return generation;
  return InvalidField(field, "must be a generation of the object, or 0 for the current one");
}

absl::StatusOr<ObjectCondition> ConditionFromProto(const std::string& field,
                                                   const v1::ObjectCondition& proto) {
  ObjectCondition condition;
  if (!proto.etag().empty()) {
    condition.if_match = EtagList{.any = false, .tags = {{proto.etag(), /*weak=*/false}}};
  }
  if (proto.has_if_generation_match()) {
    TRIAD_ASSIGN_OR_RETURN(condition.if_generation_match,
                           GenerationFromProto(absl::StrCat(field, ".if_generation_match"),
                                               proto.if_generation_match()));
  }
  if (proto.has_if_generation_not_match()) {
    TRIAD_ASSIGN_OR_RETURN(condition.if_generation_not_match,
                           GenerationFromProto(absl::StrCat(field, ".if_generation_not_match"),
                                               proto.if_generation_not_match()));
  }
  if (proto.has_if_unmodified_since()) {
    TRIAD_ASSIGN_OR_RETURN(condition.if_unmodified_since,
                           rpc::TimeFromProto(absl::StrCat(field, ".if_unmodified_since"),
                                              proto.if_unmodified_since()));
  }
  return condition;
}

absl::StatusOr<ObjectCondition> ConditionOf(const rpc::Call& call,
                                            const v1::ObjectCondition& proto) {
  TRIAD_ASSIGN_OR_RETURN(ObjectCondition condition, ConditionFromProto("condition", proto));
  TRIAD_ASSIGN_OR_RETURN(EtagCondition etags,
                         ParseEtagCondition(call.Header("if-match"), call.Header("if-none-match")));
  if (etags.if_match.has_value() && condition.if_match.has_value()) {
    return InvalidField("condition.etag", "must not be set beside the header If-Match");
  }
  // If-Match says more exactly what If-Unmodified-Since means (RFC 9110, section 13.2.2).
  if (!etags.if_match.has_value() && !condition.if_unmodified_since.has_value()) {
    condition.if_unmodified_since = ParseHttpDate(call.Header("if-unmodified-since"));
  }
  if (etags.if_match.has_value()) condition.if_match = std::move(etags.if_match);
  condition.if_none_match = std::move(etags.if_none_match);
  return condition;
}

absl::StatusOr<ObjectChanges> ChangesFromProto(const std::string& field, const v1::Object& object,
                                               const google::protobuf::FieldMask& mask) {
  TRIAD_RETURN_IF_ERROR(rpc::CheckMask(mask, *v1::Object::descriptor(), Changeable()));
  ObjectChanges changes;
  for (const ChangeRow& row : kChanges) {
    if (!rpc::MaskNames(mask, row.path, row.is_set(object))) continue;
    TRIAD_RETURN_IF_ERROR(row.take(absl::StrCat(field, ".", row.path), object, changes));
  }
  for (const HeaderRow& row : kHeaders) {
    const std::string& value = (object.*row.get)();
    if (!rpc::MaskNames(mask, row.path, !value.empty())) continue;
    TRIAD_RETURN_IF_ERROR(TakeHeader(row, absl::StrCat(field, ".", row.path), value, changes));
  }
  return changes;
}

absl::Status WithWriteStatus(rpc::Call& call, absl::Status status) {
  for (const HttpStatusRow& row : kHttpStatuses) {
    if (row.code == status.code()) call.SetHttpStatus(row.status);
  }
  return status;
}

}  // namespace triad::storage

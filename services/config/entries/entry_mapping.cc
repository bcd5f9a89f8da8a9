#include "services/config/entries/entry_mapping.h"

#include <google/protobuf/util/time_util.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

using google::protobuf::util::TimeUtil;

// Where HTTP has a better status than that of the code.
constexpr std::pair<absl::StatusCode, int> kHttpStatuses[] = {
    {absl::StatusCode::kFailedPrecondition, 412},
    {absl::StatusCode::kResourceExhausted, 507},
};

absl::Status CheckSize(absl::string_view field, absl::string_view text, const ValueLimits& limits) {
  if (static_cast<std::int64_t>(text.size()) <= limits.max_value_bytes) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must be at most ", limits.max_value_bytes,
                                          " bytes; it has ", text.size()));
}

absl::StatusOr<Value> TextValue(const std::string& field, const std::string& text,
                                const ValueLimits& limits) {
  TRIAD_RETURN_IF_ERROR(CheckSize(field, text, limits));
  if (text.find('\0') != std::string::npos) {
    return InvalidField(field, "must not hold a NUL character");
  }
  return Value(text);
}

absl::StatusOr<Value> JsonValue(const std::string& field, const std::string& text,
                                const ValueLimits& limits) {
  TRIAD_RETURN_IF_ERROR(CheckSize(field, text, limits));
  // The parser stops at NUL, and passes over a byte order mark that no reader of JSON
  // need accept (RFC 8259, section 8.1).
  if (text.find('\0') != std::string::npos || absl::StartsWith(text, "\xEF\xBB\xBF") ||
      !nlohmann::json::accept(text)) {
    return InvalidField(field, "must be a JSON document");
  }
  return Value(Json{text});
}

// `field` is the path of `value`.
absl::StatusOr<Value> ValueFromProto(const std::string& field, const v1::Value& value,
                                     const ValueLimits& limits) {
  switch (value.kind_case()) {
    case v1::Value::kStringValue:
      return TextValue(absl::StrCat(field, ".string_value"), value.string_value(), limits);
    case v1::Value::kIntValue:
      return Value(std::int64_t{value.int_value()});
    case v1::Value::kDoubleValue:
      if (std::isfinite(value.double_value())) return Value(value.double_value());
      return InvalidField(absl::StrCat(field, ".double_value"), "must be finite");
    case v1::Value::kBoolValue:
      return Value(value.bool_value());
    case v1::Value::kJsonValue:
      return JsonValue(absl::StrCat(field, ".json_value"), value.json_value(), limits);
    case v1::Value::KIND_NOT_SET:
      break;
  }
  return InvalidField(field,
                      "must have one of string_value, int_value, double_value, bool_value and "
                      "json_value set");
}

struct ValueSetter {
  void operator()(std::string& text) { value->set_string_value(std::move(text)); }
  void operator()(std::int64_t number) { value->set_int_value(number); }
  void operator()(double number) { value->set_double_value(number); }
  void operator()(bool truth) { value->set_bool_value(truth); }
  void operator()(Json& json) { value->set_json_value(std::move(json.text)); }

  v1::Value* value;
};

google::protobuf::Timestamp ToProto(absl::Time time) {
  return TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

}  // namespace

absl::StatusOr<EntryFilter> FilterFromProto(const std::string& parent, const std::string& prefix) {
  TRIAD_ASSIGN_OR_RETURN(std::string space, ParseParent("parent", parent));
  TRIAD_RETURN_IF_ERROR(CheckPrefix("prefix", prefix));
  return EntryFilter{std::move(space), prefix};
}

absl::StatusOr<EntryWrite> WriteFromProto(const std::string& field, const v1::Entry& entry,
                                          const ValueLimits& limits) {
  EntryWrite write;
  TRIAD_ASSIGN_OR_RETURN(write.name, ParseEntryName(absl::StrCat(field, ".name"), entry.name()));
  TRIAD_ASSIGN_OR_RETURN(write.value,
                         ValueFromProto(absl::StrCat(field, ".value"), entry.value(), limits));
  write.secret = entry.secret();
  write.etag = entry.etag();
  return write;
}

void SetHttpStatusOf(rpc::Call& call, const absl::Status& status) {
  for (const auto& [code, http_status] : kHttpStatuses) {
    if (status.code() == code) call.SetHttpStatus(http_status);
  }
}

v1::Entry ToProto(Entry entry) {
  v1::Entry proto;
  proto.set_name(FormatEntryName(entry.name));
  if (entry.deleted) {
    *proto.mutable_delete_time() = ToProto(entry.update_time);
  } else {
    std::visit(ValueSetter{proto.mutable_value()}, entry.value);
  }
  proto.set_secret(entry.secret);
  proto.set_version(entry.version);
  proto.set_revision(entry.revision.value);
  *proto.mutable_create_time() = ToProto(entry.create_time);
  *proto.mutable_update_time() = ToProto(entry.update_time);
  proto.set_etag(std::move(entry.etag));
  return proto;
}

}  // namespace triad::config

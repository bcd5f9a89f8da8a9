#include "gateway/transcoding/request_builder.h"

#include <google/api/httpbody.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/field_mask.pb.h>

#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "gateway/protos/well_known.h"
#include "gateway/transcoding/oneof_check.h"
#include "gateway/transcoding/query.h"
#include "gateway/transcoding/request_check.h"
#include "gateway/transcoding/text_value.h"
#include "gateway/transcoding/wire.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;
constexpr std::size_t kMaxPathDepth = 32;
constexpr absl::string_view kWholeBody = "*";

// By the proto's name or the JSON name.
const FieldDescriptor* FieldNamed(const Descriptor& message, absl::string_view name) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor* field = message.field(i);
    if (field->name() == name || field->json_name() == name) return field;
  }
  return nullptr;
}

// `parameter` is what errors call it.
absl::StatusOr<FieldPath> Resolve(const Descriptor& request, absl::string_view name,
                                  absl::string_view parameter) {
  const Descriptor* message = &request;
  FieldPath path;
  for (absl::string_view part : absl::StrSplit(name, '.')) {
    const FieldDescriptor* field =
        message == nullptr || path.size() == kMaxPathDepth ? nullptr : FieldNamed(*message, part);
    if (field == nullptr) return InvalidField(parameter, "is not a parameter of this method");
    if (!path.empty() && path.back()->is_repeated()) {
      return InvalidField(parameter, "lies in a repeated field: give that in the body");
    }
    path.push_back(field);
    message = IsTextField(*field) ? nullptr : field->message_type();
  }
  if (message != nullptr && !path.back()->is_map()) {
    return InvalidField(parameter, "is a message: name one of its fields");
  }
  return path;
}

// What a parameter is about: "labels[team]" is the entry "team" of the map "labels".
struct Place {
  FieldPath path;
  std::optional<absl::string_view> map_key;
};

absl::StatusOr<Place> PlaceOf(const Descriptor& request, absl::string_view parameter) {
  Place place;
  absl::string_view name = parameter;
  std::size_t bracket = name.find('[');
  if (bracket != absl::string_view::npos && absl::ConsumeSuffix(&name, "]")) {
    place.map_key = name.substr(bracket + 1);
    name = name.substr(0, bracket);
  }
  TRIAD_ASSIGN_OR_RETURN(place.path, Resolve(request, name, parameter));
  const FieldDescriptor& field = *place.path.back();
  if (place.map_key.has_value() && !field.is_map()) {
    return InvalidField(parameter, "is not a parameter of this method: the field is no map");
  }
  if (!field.is_map()) return place;
  if (!IsTextField(*field.message_type()->map_value())) {
    return InvalidField(parameter, "is a map of messages: give that in the body");
  }
  if (!place.map_key.has_value()) {
    return InvalidField(parameter, absl::StrCat("is a map: give its entries as ", name, "[key]"));
  }
  return place;
}

// Bytes of an entry of the map `field`.
absl::Status AppendEntry(const FieldDescriptor& field, absl::string_view key,
                         absl::string_view value, std::string& out) {
  std::string entry;
  absl::Status status = AppendText(*field.message_type()->map_key(), key, entry);
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("has a key that ", status.message()));
  }
  TRIAD_RETURN_IF_ERROR(AppendText(*field.message_type()->map_value(), value, entry));
  AppendBytes(field.number(), entry, out);
  return absl::OkStatus();
}

// Writes fields, and remembers which are taken.
class FieldWriter {
 public:
  explicit FieldWriter(const Route& route) : route_(route) {}

  absl::Status AddFromPath(const Binding& binding) {
    const std::string& name = binding.first;
    TRIAD_ASSIGN_OR_RETURN(FieldPath path, Resolve(*route_.method->input_type(), name, name));
    bound_.insert(path);
    TRIAD_RETURN_IF_ERROR(TakeOneofs(name, path));
    return Write(binding, {path, std::nullopt});
  }

  absl::Status AddFromQuery(const Parameter& parameter) {
    const std::string& name = parameter.first;
    if (route_.body == kWholeBody) {
      return InvalidField(name, "is not a parameter: the body holds all fields of this method");
    }
    TRIAD_ASSIGN_OR_RETURN(Place place, PlaceOf(*route_.method->input_type(), name));
    const FieldPath& path = place.path;
    if (!route_.body_path.empty() && IsWithin(path, route_.body_path)) {
      return InvalidField(name, "belongs in the body");
    }
    if (bound_.contains(path)) {
      // What Last-Event-ID says is newer than the URL of the first request.
      if (path.front() == route_.resume_request) return absl::OkStatus();
      return InvalidField(name, "is already given by the path");
    }
    if (!path.back()->is_repeated() && !taken_.insert(path).second) {
      return InvalidField(name, "is given twice");
    }
    TRIAD_RETURN_IF_ERROR(TakeOneofs(name, path));
    return Write(parameter, place);
  }

  std::string Result() && { return std::move(wire_); }

 private:
  // Of each oneof on the way, only one field can be set.
  absl::Status TakeOneofs(absl::string_view name, const FieldPath& path) {
    FieldPath outer;
    for (const FieldDescriptor* field : path) {
      if (const OneofDescriptor* oneof = field->real_containing_oneof()) {
        auto [taken, is_new] = members_.try_emplace({outer, oneof}, field);
        if (!is_new && taken->second != field) {
          return InvalidField(name, absl::StrCat("excludes another field of ", oneof->name()));
        }
      }
      outer.push_back(field);
    }
    return absl::OkStatus();
  }

  absl::Status Write(const Parameter& parameter, const Place& place) {
    const FieldDescriptor& field = *place.path.back();
    std::string encoded;
    absl::Status status = place.map_key.has_value()
                              ? AppendEntry(field, *place.map_key, parameter.second, encoded)
                              : AppendText(field, parameter.second, encoded);
    if (!status.ok()) return InvalidField(parameter.first, status.message());
    if (place.map_key.has_value() && !TakeKey(place)) {
      return InvalidField(parameter.first, "is given twice");
    }
    wire_ += Nested(absl::MakeSpan(place.path).first(place.path.size() - 1), std::move(encoded));
    return absl::OkStatus();
  }

  // Of a good key: two that are written in different ways may be the same.
  bool TakeKey(const Place& place) {
    std::string key;
    const FieldDescriptor& field = *place.path.back()->message_type()->map_key();
    return AppendText(field, *place.map_key, key).ok() &&
           keys_.emplace(place.path, std::move(key)).second;
  }

  const Route& route_;
  absl::flat_hash_set<FieldPath> bound_;  // by the path
  absl::flat_hash_set<FieldPath> taken_;  // by the query
  absl::flat_hash_set<std::pair<FieldPath, std::string>> keys_;
  absl::flat_hash_map<std::pair<FieldPath, const OneofDescriptor*>, const FieldDescriptor*>
      members_;
  std::string wire_;
};

}  // namespace

absl::StatusOr<std::string> BindFields(const Route& route, const std::vector<Binding>& path,
                                       absl::string_view query, const ParameterNames& ignored) {
  FieldWriter writer(route);
  for (const Binding& binding : path) TRIAD_RETURN_IF_ERROR(writer.AddFromPath(binding));
  TRIAD_ASSIGN_OR_RETURN(std::vector<Parameter> parameters, ParseQuery(query));
  for (const Parameter& parameter : parameters) {
    if (ignored.Contains(parameter.first)) continue;
    TRIAD_RETURN_IF_ERROR(writer.AddFromQuery(parameter));
  }
  return std::move(writer).Result();
}

absl::StatusOr<std::string> BindBody(const Route& route, const Codec& codec, absl::string_view json,
                                     ConversionMemory& memory) {
  if (json.empty()) return std::string();
  if (route.body.empty()) return absl::InvalidArgumentError("body: this method takes none");
  if (route.body == kWholeBody) return codec.JsonToWire(*route.method->input_type(), json, memory);
  return codec.JsonToWire(route.body_path, json, memory);
}

absl::StatusOr<std::string> BindMask(const Route& route, const Codec& codec, absl::string_view json,
                                     absl::string_view fields) {
  std::string mask;
  if (route.body_mask == nullptr || json.empty()) return mask;
  WireField given;
  if (FindField(fields, route.body_mask->number(), given) && given.is_there) return mask;
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> paths,
                         codec.PathsIn(*route.body_path.back()->message_type(), json));
  if (paths.empty()) return mask;
  google::protobuf::FieldMask message;
  for (std::string& path : paths) message.add_paths(std::move(path));
  AppendBytes(route.body_mask->number(), message.SerializeAsString(), mask);
  return mask;
}

absl::StatusOr<std::string> BuildRequest(const Route& route, const Codec& codec,
                                         absl::string_view json, absl::string_view fields,
                                         ConversionMemory& memory) {
  if (json.empty()) {
    TRIAD_RETURN_IF_ERROR(CheckRequest(route, fields));
    return std::string(fields);
  }
  TRIAD_ASSIGN_OR_RETURN(std::string message, BindBody(route, codec, json, memory));
  TRIAD_RETURN_IF_ERROR(CheckOneofs(*route.method->input_type(), fields, message));
  TRIAD_ASSIGN_OR_RETURN(std::string mask, BindMask(route, codec, json, fields));
  // Later bytes win: the path over the body.
  absl::StrAppend(&message, mask, fields);
  TRIAD_RETURN_IF_ERROR(CheckRequest(route, message, json));
  return message;
}

absl::StatusOr<std::string> BuildFrame(const Route& route, const Codec& codec,
                                       absl::string_view json, absl::string_view fields,
                                       ConversionMemory& memory) {
  if (!route.body.empty()) return BuildRequest(route, codec, json, fields, memory);
  const Descriptor& type = *route.method->input_type();
  TRIAD_ASSIGN_OR_RETURN(std::string message, codec.JsonToWire(type, json, memory));
  TRIAD_RETURN_IF_ERROR(CheckOneofs(type, fields, message));
  absl::StrAppend(&message, fields);
  TRIAD_RETURN_IF_ERROR(CheckRequest(route, message, json));
  return message;
}

bool TakesRawBody(const Route& route) {
  return !route.body.empty() && IsHttpBody(*route.method->input_type(), route.body_path);
}

std::string RawBodyMessage(const Route& route, absl::string_view fields,
                           absl::string_view content_type, absl::string_view data) {
  using google::api::HttpBody;
  // Enough for the bytes and four heads of fields.
  constexpr std::size_t kHeads = 64;
  std::string body;
  body.reserve(content_type.size() + data.size() + kHeads);
  if (!content_type.empty()) AppendBytes(HttpBody::kContentTypeFieldNumber, content_type, body);
  if (!data.empty()) AppendBytes(HttpBody::kDataFieldNumber, data, body);
  std::string message = Nested(route.body_path, std::move(body));
  return fields.empty() ? message : absl::StrCat(fields, message);
}

std::string RawBodyHead(const Route& route, std::size_t size) {
  std::string head;
  AppendBytesHead(google::api::HttpBody::kDataFieldNumber, size, head);
  for (auto field = route.body_path.rbegin(); field != route.body_path.rend(); ++field) {
    // Its end is marked.
    if ((*field)->type() == FieldDescriptor::TYPE_GROUP) return "";
    std::string outer;
    AppendBytesHead((*field)->number(), head.size() + size, outer);
    head = outer + head;
  }
  return head;
}

}  // namespace triad::gateway

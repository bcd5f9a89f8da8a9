#include "gateway/transcoding/request_builder.h"

#include <google/api/httpbody.pb.h>
#include <google/protobuf/descriptor.h>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/protos/well_known.h"
#include "gateway/transcoding/query.h"
#include "gateway/transcoding/text_value.h"
#include "gateway/transcoding/wire.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
// From a field of the request down to a field that text can hold.
using FieldPath = absl::InlinedVector<const FieldDescriptor*, 4>;

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

absl::StatusOr<FieldPath> Resolve(const Descriptor& request, absl::string_view name) {
  const Descriptor* message = &request;
  FieldPath path;
  for (absl::string_view part : absl::StrSplit(name, '.')) {
    const FieldDescriptor* field =
        message == nullptr || path.size() == kMaxPathDepth ? nullptr : FieldNamed(*message, part);
    if (field == nullptr) return InvalidField(name, "is not a parameter of this method");
    if (!path.empty() && path.back()->is_repeated()) {
      return InvalidField(name, "lies in a repeated field: give that in the body");
    }
    path.push_back(field);
    message = IsTextField(*field) ? nullptr : field->message_type();
  }
  if (message != nullptr) return InvalidField(name, "is a message: name one of its fields");
  return path;
}

// One name for a field, however it was spelled.
std::string CanonicalName(const FieldPath& path, const std::string& last) {
  std::string name;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) absl::StrAppend(&name, path[i]->name(), ".");
  return name + last;
}

// Writes fields, and remembers which are taken.
class FieldWriter {
 public:
  explicit FieldWriter(const Route& route) : route_(route) {}

  absl::Status AddFromPath(const Binding& binding) {
    TRIAD_ASSIGN_OR_RETURN(FieldPath path, Resolve(*route_.method->input_type(), binding.first));
    bound_.insert(CanonicalName(path, path.back()->name()));
    return Write(binding, path);
  }

  absl::Status AddFromQuery(const Parameter& parameter) {
    const std::string& name = parameter.first;
    if (route_.body == kWholeBody) {
      return InvalidField(name, "is not a parameter: the body holds all fields of this method");
    }
    TRIAD_ASSIGN_OR_RETURN(FieldPath path, Resolve(*route_.method->input_type(), name));
    if (path.front()->name() == route_.body) {
      return InvalidField(name, "belongs in the body");
    }
    if (bound_.count(CanonicalName(path, path.back()->name())) != 0) {
      // What Last-Event-ID says is newer than the URL of the first request.
      if (path.front() == route_.resume_request) return absl::OkStatus();
      return InvalidField(name, "is already given by the path");
    }
    TRIAD_RETURN_IF_ERROR(Take(name, path));
    return Write(parameter, path);
  }

  std::string Result() && { return std::move(wire_); }

 private:
  absl::Status Take(const std::string& name, const FieldPath& path) {
    const FieldDescriptor& field = *path.back();
    if (field.is_repeated()) return absl::OkStatus();
    if (!taken_.insert(CanonicalName(path, field.name())).second) {
      return InvalidField(name, "is given twice");
    }
    const auto* oneof = field.real_containing_oneof();
    if (oneof != nullptr && !taken_.insert(CanonicalName(path, oneof->full_name())).second) {
      return InvalidField(name, absl::StrCat("excludes another field of ", oneof->name()));
    }
    return absl::OkStatus();
  }

  absl::Status Write(const Parameter& parameter, const FieldPath& path) {
    std::string encoded;
    absl::Status status = AppendText(*path.back(), parameter.second, encoded);
    if (!status.ok()) return InvalidField(parameter.first, status.message());
    for (std::size_t i = path.size() - 1; i > 0; --i) {
      std::string outer;
      AppendBytes(path[i - 1]->number(), encoded, outer);
      encoded = std::move(outer);
    }
    wire_ += encoded;
    return absl::OkStatus();
  }

  const Route& route_;
  absl::flat_hash_set<std::string> bound_;  // by the path
  absl::flat_hash_set<std::string> taken_;  // by the query
  std::string wire_;
};

}  // namespace

absl::StatusOr<std::string> BindFields(const Route& route, const std::vector<Binding>& path,
                                       absl::string_view query) {
  FieldWriter writer(route);
  for (const Binding& binding : path) TRIAD_RETURN_IF_ERROR(writer.AddFromPath(binding));
  TRIAD_ASSIGN_OR_RETURN(std::vector<Parameter> parameters, ParseQuery(query));
  for (const Parameter& parameter : parameters) {
    TRIAD_RETURN_IF_ERROR(writer.AddFromQuery(parameter));
  }
  return std::move(writer).Result();
}

absl::StatusOr<std::string> BindBody(const Route& route, const Codec& codec,
                                     absl::string_view json) {
  if (json.empty()) return std::string();
  if (route.body.empty()) return absl::InvalidArgumentError("body: this method takes none");
  const Descriptor& request = *route.method->input_type();
  if (route.body == kWholeBody) return codec.JsonToWire(request, json);
  const FieldDescriptor& field = *request.FindFieldByName(route.body);
  return codec.JsonToWire(field, json);
}

bool TakesRawBody(const Route& route) {
  return !route.body.empty() && IsHttpBody(*route.method->input_type(), route.body);
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
  if (route.body == kWholeBody) return absl::StrCat(fields, body);
  std::string message(fields);
  message.reserve(fields.size() + body.size() + kHeads);
  AppendBytes(route.method->input_type()->FindFieldByName(route.body)->number(), body, message);
  return message;
}

}  // namespace triad::gateway

#include "gateway/transcoding/oneof_check.h"

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/transcoding/wire.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Field `field` of `message`.
WireField Read(absl::string_view message, const FieldDescriptor& field) {
  WireField found;
  if (FindField(message, field.number(), found)) return found;
  return {};
}

absl::Status Check(const Descriptor& message, absl::string_view fields, absl::string_view body,
                   const std::string& prefix) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const auto* oneof = field.real_containing_oneof();
    bool nested = field.message_type() != nullptr && !field.is_repeated();
    if (oneof == nullptr && !nested) continue;
    WireField given = Read(fields, field);
    if (!given.is_there) continue;
    for (int j = 0; oneof != nullptr && j < oneof->field_count(); ++j) {
      const FieldDescriptor& other = *oneof->field(j);
      if (&other == &field || !Read(body, other).is_there) continue;
      return InvalidField(
          absl::StrCat(prefix, other.name()),
          absl::StrCat("excludes ", prefix, field.name(), ", which the path or the query gives"));
    }
    if (!nested) continue;
    WireField inner = Read(body, field);
    if (!inner.is_there) continue;
    TRIAD_RETURN_IF_ERROR(Check(*field.message_type(), Joined(given.payloads),
                                Joined(inner.payloads), absl::StrCat(prefix, field.name(), ".")));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckOneofs(const Descriptor& message, absl::string_view fields,
                         absl::string_view body) {
  if (fields.empty() || body.empty()) return absl::OkStatus();
  return Check(message, fields, body, "");
}

}  // namespace triad::gateway

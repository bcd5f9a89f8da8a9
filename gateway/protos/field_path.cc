#include "gateway/protos/field_path.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "absl/strings/str_join.h"

namespace triad::gateway {

bool IsWithin(const FieldPath& inner, const FieldPath& outer) {
  return inner.size() >= outer.size() && std::equal(outer.begin(), outer.end(), inner.begin());
}

std::string NameOf(const FieldPath& path) {
  return absl::StrJoin(path, ".",
                       [](std::string* out, const google::protobuf::FieldDescriptor* field) {
                         out->append(field->name());
                       });
}

}  // namespace triad::gateway

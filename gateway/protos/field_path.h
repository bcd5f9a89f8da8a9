// From a message down to one of its fields, or to one of a message in it.
#pragma once

#include <string>
#include <vector>

namespace google::protobuf {
class FieldDescriptor;
}

namespace triad::gateway {

// Outer fields first. All but the last are singular messages.
using FieldPath = std::vector<const google::protobuf::FieldDescriptor*>;

// Whether the field `inner` names lies in what `outer` names, or is that.
bool IsWithin(const FieldPath& inner, const FieldPath& outer);

// "entry.name", as the proto has it.
std::string NameOf(const FieldPath& path);

}  // namespace triad::gateway

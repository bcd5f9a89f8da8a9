// Rules of protovalidate as what JSON Schema has for them.
//
// Source: https://json-schema.org/draft/2020-12/json-schema-validation. What it has no word for is
// left out: not_in, ranges that are open in the middle, formats that it does not know, the size of
// bytes, what is about now.
#pragma once

#include <nlohmann/json.hpp>

namespace google::protobuf {
class FieldDescriptor;
}

namespace triad::gateway {

// Adds to `schema`, that of `field`, a list or a map included, what its rules say. Enums stand in
// JSON by their numbers or by their names.
void AddRules(const google::protobuf::FieldDescriptor& field, bool enum_numbers,
              nlohmann::ordered_json& schema);

// Whether the rules ask for it to be set.
bool IsRequired(const google::protobuf::FieldDescriptor& field);

}  // namespace triad::gateway

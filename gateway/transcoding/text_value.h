// One piece of text (of a path or a query) as the value of a field.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class FieldDescriptor;
}

namespace triad::gateway {

// Appends `field`, tag included, with the value that `text` stands for; one
// element of it if the field is repeated. `field` is one of IsTextField.
//
// Integers are in base 10, without sign '+', white space or exponent; floating
// point is a JSON number, NaN, Infinity or -Infinity; bool is true or false; an
// enum is a name or a number; bytes are base64 in either alphabet, padded or not;
// Timestamp, Duration and FieldMask are as in JSON; a wrapper is what it wraps.
//
// INVALID_ARGUMENT whose message is the end of a sentence that begins with the
// field's name: "must be true or false".
absl::Status AppendText(const google::protobuf::FieldDescriptor& field, absl::string_view text,
                        std::string& out);

}  // namespace triad::gateway

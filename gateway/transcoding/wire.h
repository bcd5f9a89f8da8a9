// Reading and writing protobuf wire bytes one field at a time.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace google::protobuf {
class FieldDescriptor;
}

namespace triad::gateway {

// Appends field `number` of a length-delimited type.
void AppendBytes(int number, absl::string_view bytes, std::string& out);

// `fields`, of the message that `path` leads to, as bytes of the message around all of it.
std::string Nested(absl::Span<const google::protobuf::FieldDescriptor* const> path,
                   std::string fields);

// What `message` holds of one field.
struct WireField {
  // Payload of the length-delimited occurrences, one behind the other: of a
  // message field, its merged bytes.
  std::string merged;
  // The last of them, or the last varint.
  absl::string_view last_bytes;
  std::uint64_t last_varint = 0;
  // The occurrences as they stand, tags included.
  std::string encoded;
};

// Collects the occurrences of field `number`. False if `message` is not
// protobuf wire format. `field.last_bytes` points into `message`.
bool FindField(absl::string_view message, int number, WireField& field);

}  // namespace triad::gateway

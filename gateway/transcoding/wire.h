// Reading and writing protobuf wire bytes one field at a time.
#pragma once

#include <absl/container/inlined_vector.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace google::protobuf {
class FieldDescriptor;
}

namespace triad::gateway {

// Appends what stands in front of the `size` bytes of field `number`, of a length-delimited type.
void AppendBytesHead(int number, std::size_t size, std::string& out);

// Appends field `number` of a length-delimited type.
void AppendBytes(int number, absl::string_view bytes, std::string& out);

// `fields`, of the message that `path` leads to, as bytes of the message around all of it.
std::string Nested(absl::Span<const google::protobuf::FieldDescriptor* const> path,
                   std::string fields);

// What a message holds of one field. Its payloads point into the message.
struct WireField {
  // The payloads of the length-delimited occurrences.
  absl::InlinedVector<absl::string_view, 1> payloads;
  std::uint64_t last_varint = 0;
  bool is_there = false;

  absl::string_view last_bytes() const {
    return payloads.empty() ? absl::string_view() : payloads.back();
  }
};

// All of `pieces`: of the payloads of a message field, its merged bytes.
std::string Joined(absl::Span<const absl::string_view> pieces);

// Collects the occurrences of field `number`, and copies nothing. False if `message` is not
// protobuf wire format.
bool FindField(absl::string_view message, int number, WireField& field);

}  // namespace triad::gateway

// What the parts of the printer share while they write one message as JSON. All of them return
// false once something is wrong.
#pragma once

#include <google/protobuf/descriptor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gateway/transcoding/codec.h"
#include "gateway/transcoding/text/byte_chain.h"
#include "runtime/messages/message_tables.h"
#include "runtime/messages/wire_reader.h"

namespace triad::gateway {

using messages::RawValue;
using messages::WireReader;

// How a message is read.
enum class Reading {
  // In one pass, as long as every field stands where its number says, and once.
  kInOrder,
  // Each message is looked through first, so that fields may stand anywhere, and messages in
  // pieces. Strings are checked one by one, so that a wrong one is named.
  kAnyOrder,
};

// A message as the pieces that have to be merged into it: nearly always one.
using Pieces = absl::Span<const absl::string_view>;
using PieceList = absl::InlinedVector<absl::string_view, 1>;

// For one thread, and one message.
struct PrintContext {
  PrintContext(const google::protobuf::DescriptorPool& pool, const messages::MessageTables& tables,
               const JsonStyle& style, absl::string_view wire, ConversionMemory& memory,
               Reading reading)
      : pool(pool), tables(tables), style(style), wire(wire), reading(reading), out(memory) {}

  bool Fail(absl::string_view description) {
    problem = std::string(description);
    return false;
  }
  bool NotWire() { return Fail("is no protobuf wire format"); }
  // The field's name as a member's, behind another one.
  absl::string_view KeyOf(const messages::FieldEntry& field) const {
    return style.proto_names ? field.proto_key : field.json_key;
  }
  // Has everything read again, in any order.
  bool OutOfOrder() {
    is_out_of_order = true;
    return false;
  }

  const google::protobuf::DescriptorPool& pool;
  const messages::MessageTables& tables;
  const JsonStyle& style;
  const absl::string_view wire;
  const Reading reading;
  ByteChain out;
  int depth = 0;
  bool is_out_of_order = false;
  std::string problem;
  std::vector<std::string> path;  // inside first
};

}  // namespace triad::gateway

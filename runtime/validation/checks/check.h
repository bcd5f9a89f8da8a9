// One rule about one value, ready to be asked.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace triad::validation {

// A value as its field's type reads it from the wire.
struct Value {
  // Of a number, an enum or a bool: extended to 64 bits as its type is signed or not. Of a double
  // or a float its IEEE 754 bits. Of a list or a map, how many elements it has.
  std::uint64_t bits = 0;
  // Of a string or bytes; of a message, its fields.
  absl::string_view bytes;
};

struct Check {
  std::string id;        // as protovalidate names the rule: "string.min_len"
  std::string expected;  // the end of a sentence: "must have at least 3 characters"
  std::function<bool(const Value&)> holds;  // thread-safe
};

using Checks = std::vector<Check>;

}  // namespace triad::validation

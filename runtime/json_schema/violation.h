// What is wrong with a value, and how far it is looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace triad::json_schema {

// One rule that a value breaks. Has nothing of the value: names of properties that do not stand in
// the schema are "*".
struct Violation {
  // JSON Pointer (RFC 6901) of what is wrong, or missing: "/servers/2/port", "" for the whole.
  std::string pointer;
  // The keyword that says so: "maximum". "false" if the whole schema is `false`.
  std::string rule;
  // JSON Pointer of that keyword in the schema: "/definitions/server/properties/port/maximum".
  std::string schema_pointer;

  friend bool operator==(const Violation&, const Violation&) = default;
};

struct Limits {
  // A step is a schema or a keyword held against a value, or some 64 bytes of a long text that
  // are looked at: some 10 to 100 nanoseconds.
  std::uint64_t max_steps = 10'000'000;
  // Schemas that are applied within each other, which bounds the use of the stack.
  int max_depth = 500;
  // What is found later is not told; one always is.
  std::size_t max_violations = 20;
};

}  // namespace triad::json_schema

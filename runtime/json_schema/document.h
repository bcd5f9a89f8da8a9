// A value that can be held against a schema.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::json_schema {

struct Value;

// Immutable, cheap to copy, for any number of threads.
//
// Errors are INVALID_ARGUMENT, their messages ends of sentences about the value ("is not valid
// JSON, at byte 7") that hold nothing of it.
class Document {
 public:
  // JSON (RFC 8259) in UTF-8 of at most 1 MiB and 100,000 values, nested at most 100 levels deep,
  // so that it takes some 10 MiB at most, with numbers that
  // are 0 or from 10^-4900 to 10^4900 in magnitude, all of whose digits count. Refuses objects
  // that name a property twice: readers differ in which they take.
  static absl::StatusOr<Document> Parse(absl::string_view json);

  // A string; refuses what is not UTF-8.
  static absl::StatusOr<Document> OfString(absl::string_view text);
  // The shortest decimal that reads back as `value`, so that 0.1 is 0.1; refuses what is not
  // finite, which JSON does not have.
  static absl::StatusOr<Document> OfDouble(double value);
  static Document OfInt(std::int64_t value);
  static Document OfBool(bool value);

  // For Schema.
  const Value& value() const { return *value_; }

 private:
  explicit Document(Value value);

  std::shared_ptr<const Value> value_;
};

}  // namespace triad::json_schema

// JSON Schema, draft 7: https://json-schema.org/draft-07/json-schema-validation.html
//
//   TRIAD_ASSIGN_OR_RETURN(auto schema, Schema::Parse(text));
//   TRIAD_ASSIGN_OR_RETURN(Document document, Document::Parse(json));
//   TRIAD_ASSIGN_OR_RETURN(std::vector<Violation> violations, schema->Validate(document));
//
// Where this differs from the specification, or it leaves a choice:
//  - Nothing is fetched: a $ref leads to a schema in the same document, by a JSON Pointer or by an
//    $id, which may be relative.
//  - `format`, `contentEncoding` and `contentMediaType` are annotations: they check nothing.
//  - Patterns are those of ECMA 262 that can be matched in linear time: no lookarounds, no
//    backreferences.
//  - `multipleOf` has at most 18 digits.
//  - What is too large is refused: see Document, Limits and compiler/.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/json_schema/document.h"
#include "runtime/json_schema/violation.h"

namespace triad::json_schema {

struct Program;

// Immutable, for any number of threads.
class Schema {
 public:
  // INVALID_ARGUMENT, saying where and what was expected ("#/properties/port/type: must be …"), for
  // what is no JSON or no schema of draft 7, for a $ref that leads nowhere, to another document or
  // around in a circle, and for a pattern that is not taken.
  static absl::StatusOr<std::shared_ptr<const Schema>> Parse(absl::string_view text);

  ~Schema();

  // What is wrong with `document`, in the order of its properties and items; nothing if it is
  // valid. RESOURCE_EXHAUSTED, "is too costly to check against its schema", if that would go
  // beyond the limits.
  absl::StatusOr<std::vector<Violation>> Validate(const Document& document,
                                                  const Limits& limits = {}) const;

 private:
  explicit Schema(std::unique_ptr<const Program> program);

  std::unique_ptr<const Program> program_;
};

}  // namespace triad::json_schema

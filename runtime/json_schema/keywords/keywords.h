// What the keywords of draft 7 mean.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/json_schema/compiler/clause.h"

namespace triad::json_schema {

struct Keyword {
  absl::string_view name;
  // Adds to the schema's node what the keyword asks of values. INVALID_ARGUMENT, of
  // Clause::Wrong, for an argument that the metaschema does not allow.
  absl::Status (*compile)(Clause& clause);
};

// In the order in which they are checked. What is not listed is ignored; $id, $ref and $schema
// are the compiler's.
absl::Span<const Keyword> Keywords();

// values.cc
absl::Status CompileType(Clause& clause);
absl::Status CompileEnum(Clause& clause);
absl::Status CompileConst(Clause& clause);

// numbers.cc
absl::Status CompileMultipleOf(Clause& clause);
absl::Status CompileMaximum(Clause& clause);
absl::Status CompileExclusiveMaximum(Clause& clause);
absl::Status CompileMinimum(Clause& clause);
absl::Status CompileExclusiveMinimum(Clause& clause);

// strings.cc
absl::Status CompilePattern(Clause& clause);

// sizes.cc
absl::Status CompileMaxLength(Clause& clause);
absl::Status CompileMinLength(Clause& clause);
absl::Status CompileMaxItems(Clause& clause);
absl::Status CompileMinItems(Clause& clause);
absl::Status CompileMaxProperties(Clause& clause);
absl::Status CompileMinProperties(Clause& clause);

// items.cc
absl::Status CompileItems(Clause& clause);
absl::Status CompileAdditionalItems(Clause& clause);
absl::Status CompileUniqueItems(Clause& clause);
absl::Status CompileContains(Clause& clause);

// properties.cc
absl::Status CompileRequired(Clause& clause);
absl::Status CompileProperties(Clause& clause);
absl::Status CompilePatternProperties(Clause& clause);
absl::Status CompileAdditionalProperties(Clause& clause);
absl::Status CompilePropertyNames(Clause& clause);
absl::Status CompileDependencies(Clause& clause);

// combinations.cc
absl::Status CompileAllOf(Clause& clause);
absl::Status CompileAnyOf(Clause& clause);
absl::Status CompileOneOf(Clause& clause);
absl::Status CompileNot(Clause& clause);
absl::Status CompileIf(Clause& clause);
absl::Status CompileBranch(Clause& clause);  // then, else

// annotations.cc: what is checked in a schema, and asks nothing of values
absl::Status CompileDefinitions(Clause& clause);
absl::Status CompileText(Clause& clause);
absl::Status CompileFlag(Clause& clause);
absl::Status CompileExamples(Clause& clause);

}  // namespace triad::json_schema

// Keywords that ask nothing of values, but have a type themselves.
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/json_schema/json/pointer.h"
#include "runtime/json_schema/keywords/keywords.h"

namespace triad::json_schema {

absl::Status CompileDefinitions(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(const Value::Object* definitions, clause.Object());
  for (const auto& [name, schema] : *definitions) {
    TRIAD_RETURN_IF_ERROR(clause.Schema(schema, absl::StrCat("/", EscapeSegment(name))).status());
  }
  return absl::OkStatus();
}

absl::Status CompileText(Clause& clause) { return clause.String().status(); }

absl::Status CompileFlag(Clause& clause) { return clause.Boolean().status(); }

absl::Status CompileExamples(Clause& clause) { return clause.Array().status(); }

}  // namespace triad::json_schema

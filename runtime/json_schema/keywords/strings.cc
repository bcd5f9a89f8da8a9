// pattern: about strings.
#include "runtime/base/status.h"
#include "runtime/json_schema/evaluation/evaluation.h"
#include "runtime/json_schema/keywords/keywords.h"

namespace triad::json_schema {

absl::Status CompilePattern(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(std::string ecma, clause.String());
  TRIAD_ASSIGN_OR_RETURN(std::shared_ptr<const Pattern> pattern, clause.PatternAt(ecma, ""));
  clause.Assert([pattern](const Value& value, Evaluation& evaluation) {
    const std::string* text = value.AsString();
    return text == nullptr ||
           (evaluation.Charge(pattern->CostOn(*text)) && pattern->Matches(*text));
  });
  return absl::OkStatus();
}

}  // namespace triad::json_schema

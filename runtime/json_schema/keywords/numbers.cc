// Keywords about numbers.
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/json_schema/evaluation/evaluation.h"
#include "runtime/json_schema/keywords/keywords.h"

namespace triad::json_schema {
namespace {

// Values that are no numbers are as they should be.
using Comparison = bool (*)(const Decimal& value, const Decimal& argument);

void AssertNumber(Clause& clause, const Decimal& argument, Comparison holds) {
  clause.Assert([argument, holds](const Value& value, Evaluation&) {
    const Decimal* number = value.AsNumber();
    return number == nullptr || holds(*number, argument);
  });
}

absl::Status CompileLimit(Clause& clause, Comparison holds) {
  TRIAD_ASSIGN_OR_RETURN(Decimal limit, clause.Number());
  AssertNumber(clause, limit, holds);
  return absl::OkStatus();
}

}  // namespace

absl::Status CompileMultipleOf(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(Decimal divisor, clause.Number());
  if (divisor <= Decimal() || divisor.digits() > Decimal::kMaxDivisorDigits) {
    return clause.Wrong(absl::StrCat("must be a number above 0 of at most ",
                                     Decimal::kMaxDivisorDigits, " digits"));
  }
  AssertNumber(clause, divisor,
               [](const Decimal& value, const Decimal& by) { return value.IsMultipleOf(by); });
  return absl::OkStatus();
}

absl::Status CompileMaximum(Clause& clause) {
  return CompileLimit(clause,
                      [](const Decimal& value, const Decimal& max) { return value <= max; });
}

absl::Status CompileExclusiveMaximum(Clause& clause) {
  return CompileLimit(clause, [](const Decimal& value, const Decimal& end) { return value < end; });
}

absl::Status CompileMinimum(Clause& clause) {
  return CompileLimit(clause,
                      [](const Decimal& value, const Decimal& min) { return value >= min; });
}

absl::Status CompileExclusiveMinimum(Clause& clause) {
  return CompileLimit(clause, [](const Decimal& value, const Decimal& end) { return value > end; });
}

}  // namespace triad::json_schema

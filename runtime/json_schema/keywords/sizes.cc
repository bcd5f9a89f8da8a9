// Keywords about how many characters, items and properties there are.
#include <algorithm>
#include <cstdint>
#include <optional>

#include "runtime/base/status.h"
#include "runtime/json_schema/evaluation/evaluation.h"
#include "runtime/json_schema/keywords/keywords.h"

namespace triad::json_schema {
namespace {

// nullopt for values of another type, which are as they should be.
using Measure = std::optional<std::uint64_t> (*)(const Value& value);

// In code points: each has one byte that does not continue another.
std::optional<std::uint64_t> Characters(const Value& value) {
  const std::string* text = value.AsString();
  if (text == nullptr) return std::nullopt;
  return std::count_if(text->begin(), text->end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

std::optional<std::uint64_t> Items(const Value& value) {
  const Value::Array* items = value.AsArray();
  return items == nullptr ? std::nullopt : std::make_optional<std::uint64_t>(items->size());
}

std::optional<std::uint64_t> Properties(const Value& value) {
  const Value::Object* members = value.AsObject();
  return members == nullptr ? std::nullopt : std::make_optional<std::uint64_t>(members->size());
}

absl::Status CompileAtMost(Clause& clause, Measure measure) {
  TRIAD_ASSIGN_OR_RETURN(std::uint64_t max, clause.Count());
  clause.Assert([max, measure](const Value& value, Evaluation&) {
    return measure(value).value_or(0) <= max;
  });
  return absl::OkStatus();
}

absl::Status CompileAtLeast(Clause& clause, Measure measure) {
  TRIAD_ASSIGN_OR_RETURN(std::uint64_t min, clause.Count());
  clause.Assert([min, measure](const Value& value, Evaluation&) {
    return measure(value).value_or(min) >= min;
  });
  return absl::OkStatus();
}

}  // namespace

absl::Status CompileMaxLength(Clause& clause) { return CompileAtMost(clause, &Characters); }

absl::Status CompileMinLength(Clause& clause) { return CompileAtLeast(clause, &Characters); }

absl::Status CompileMaxItems(Clause& clause) { return CompileAtMost(clause, &Items); }

absl::Status CompileMinItems(Clause& clause) { return CompileAtLeast(clause, &Items); }

absl::Status CompileMaxProperties(Clause& clause) { return CompileAtMost(clause, &Properties); }

absl::Status CompileMinProperties(Clause& clause) { return CompileAtLeast(clause, &Properties); }

}  // namespace triad::json_schema

// type, enum, const: about values of any type.
#include <algorithm>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/json_schema/evaluation/evaluation.h"
#include "runtime/json_schema/keywords/keywords.h"

namespace triad::json_schema {
namespace {

struct NamedType {
  absl::string_view name;
  bool (*has)(const Value& value);
};

constexpr NamedType kTypes[] = {
    {"array", [](const Value& value) { return value.type() == Type::kArray; }},
    {"boolean", [](const Value& value) { return value.type() == Type::kBoolean; }},
    // 1.0 is an integer.
    {"integer",
     [](const Value& value) {
       const Decimal* number = value.AsNumber();
       return number != nullptr && number->IsInteger();
     }},
    {"null", [](const Value& value) { return value.type() == Type::kNull; }},
    {"number", [](const Value& value) { return value.type() == Type::kNumber; }},
    {"object", [](const Value& value) { return value.type() == Type::kObject; }},
    {"string", [](const Value& value) { return value.type() == Type::kString; }},
};

constexpr char kTypeExpected[] =
    "must be \"array\", \"boolean\", \"integer\", \"null\", \"number\", \"object\", \"string\", or "
    "an array of these, each once";

// nullptr if there is none of this name.
const NamedType* FindType(const Value& name) {
  const std::string* text = name.AsString();
  const auto* found =
      std::find_if(std::begin(kTypes), std::end(kTypes),
                   [&](const NamedType& type) { return text != nullptr && type.name == *text; });
  return found == std::end(kTypes) ? nullptr : found;
}

}  // namespace

absl::Status CompileType(Clause& clause) {
  std::vector<const NamedType*> types;
  const Value::Array* names = clause.argument().AsArray();
  if (names == nullptr) {
    types.push_back(FindType(clause.argument()));
  } else {
    for (const Value& name : *names) {
      const NamedType* type = FindType(name);
      bool again = std::find(types.begin(), types.end(), type) != types.end();
      if (again || type == nullptr) {
        return clause.Wrong(kTypeExpected, absl::StrCat("/", types.size()));
      }
      types.push_back(type);
    }
  }
  if (types.empty() || types.front() == nullptr) return clause.Wrong(kTypeExpected);
  clause.Assert([types](const Value& value, Evaluation&) {
    return std::any_of(types.begin(), types.end(),
                       [&](const NamedType* type) { return type->has(value); });
  });
  return absl::OkStatus();
}

absl::Status CompileEnum(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(const Value::Array* values, clause.Array());
  auto allowed = std::make_shared<const absl::flat_hash_set<Value>>(values->begin(), values->end());
  clause.Assert([allowed](const Value& value, Evaluation& evaluation) {
    return evaluation.Charge(TotalWeight(value)) && allowed->contains(value);
  });
  return absl::OkStatus();
}

absl::Status CompileConst(Clause& clause) {
  auto allowed = std::make_shared<const Value>(clause.argument());
  std::size_t weight = TotalWeight(*allowed);
  clause.Assert([allowed, weight](const Value& value, Evaluation& evaluation) {
    return evaluation.Charge(weight) && value == *allowed;
  });
  return absl::OkStatus();
}

}  // namespace triad::json_schema

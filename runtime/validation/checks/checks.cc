#include "runtime/validation/checks/checks.h"

#include <google/protobuf/descriptor.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/validation/checks/compared.h"
#include "runtime/validation/checks/texts.h"
#include "runtime/validation/checks/well_known.h"

namespace triad::validation {
namespace {

using buf::validate::FieldRules;

template <typename T, auto kRules>
absl::Status AddNumber(const Subject& subject, Checks& checks) {
  const auto& rules = (subject.rules.*kRules)();
  const std::string& type = NameOf(subject.rules.type_case());
  AddComparisons<T>(
      type, rules, [](T value) { return value; }, checks);
  if constexpr (std::floating_point<T>) {
    if (rules.finite()) {
      checks.push_back({absl::StrCat(type, ".finite"), "must be finite",
                        [](const Value& value) { return std::isfinite(As<T>(value)); }});
    }
  }
  return absl::OkStatus();
}

absl::Status AddBool(const Subject& subject, Checks& checks) {
  const auto& rules = subject.rules.bool_();
  if (rules.has_const_()) AddConst<bool>("bool", rules.const_(), checks);
  return absl::OkStatus();
}

absl::Status AddEnum(const Subject& subject, Checks& checks) {
  const auto& rules = subject.rules.enum_();
  const messages::EnumTable& values = *subject.field.enumeration;
  auto text = [&](std::int32_t number) {
    absl::string_view name = values.QuotedNameOf(number);
    return name.empty() ? TextOf(number) : std::string(name.substr(1, name.size() - 2));
  };
  if (rules.defined_only()) {
    checks.push_back(
        {"enum.defined_only", "must be a value of the enum", [&values](const Value& value) {
           return !values.QuotedNameOf(As<std::int32_t>(value)).empty();
         }});
  }
  if (rules.has_const_()) AddConst<std::int32_t>("enum", rules.const_(), checks, text);
  AddList<std::int32_t>("enum", Among::kYes, {rules.in().begin(), rules.in().end()}, checks, text);
  AddList<std::int32_t>("enum", Among::kNo, {rules.not_in().begin(), rules.not_in().end()}, checks,
                        text);
  return absl::OkStatus();
}

absl::Status AddNothing(const Subject&, Checks&) { return absl::OkStatus(); }

// By messages::FieldType.
constexpr Kind kKinds[] = {
    {FieldRules::kDouble, AddNumber<double, &FieldRules::double_>},
    {FieldRules::kFloat, AddNumber<float, &FieldRules::float_>},
    {FieldRules::kInt32, AddNumber<std::int32_t, &FieldRules::int32>},
    {FieldRules::kInt64, AddNumber<std::int64_t, &FieldRules::int64>},
    {FieldRules::kUint32, AddNumber<std::uint32_t, &FieldRules::uint32>},
    {FieldRules::kUint64, AddNumber<std::uint64_t, &FieldRules::uint64>},
    {FieldRules::kSint32, AddNumber<std::int32_t, &FieldRules::sint32>},
    {FieldRules::kSint64, AddNumber<std::int64_t, &FieldRules::sint64>},
    {FieldRules::kFixed32, AddNumber<std::uint32_t, &FieldRules::fixed32>},
    {FieldRules::kFixed64, AddNumber<std::uint64_t, &FieldRules::fixed64>},
    {FieldRules::kSfixed32, AddNumber<std::int32_t, &FieldRules::sfixed32>},
    {FieldRules::kSfixed64, AddNumber<std::int64_t, &FieldRules::sfixed64>},
    {FieldRules::kBool, AddBool},
    {FieldRules::kEnum, AddEnum},
    {FieldRules::kString, AddString},
    {FieldRules::kBytes, AddBytes},
};

constexpr std::pair<absl::string_view, Kind> kMessages[] = {
    {"google.protobuf.Any", {FieldRules::kAny, AddAny}},
    {"google.protobuf.Duration", {FieldRules::kDuration, AddDuration}},
    {"google.protobuf.FieldMask", {FieldRules::kFieldMask, AddFieldMask}},
    {"google.protobuf.Timestamp", {FieldRules::kTimestamp, AddTimestamp}},
};

constexpr Kind kNoKind = {FieldRules::TYPE_NOT_SET, AddNothing};

// How many elements there may be; `unit` in the plural, "items". Whichever limit is broken, both
// are told.
void AddSizes(std::pair<const char*, std::optional<std::uint64_t>> least,
              std::pair<const char*, std::optional<std::uint64_t>> most, const char* unit,
              Checks& checks) {
  auto [least_id, low] = least;
  auto [most_id, high] = most;
  std::string text = "must have ";
  if (low.has_value() && high.has_value()) {
    absl::StrAppend(&text, *low, " to ", *high, " ", unit);
  } else {
    absl::StrAppend(&text, low.has_value() ? "at least " : "at most ",
                    low.value_or(high.value_or(0)), " ", unit);
  }
  if (low.has_value()) {
    checks.push_back(
        {least_id, text, [low = *low](const Value& value) { return value.bits >= low; }});
  }
  if (high.has_value()) {
    checks.push_back(
        {most_id, text, [high = *high](const Value& value) { return value.bits <= high; }});
  }
}

}  // namespace

const Kind& KindOf(const messages::FieldEntry& field) {
  if (field.message == nullptr) return kKinds[static_cast<std::size_t>(field.type)];
  if (field.message->well_known() == messages::WellKnown::kWrapper) {
    return KindOf(field.message->fields().front());
  }
  for (const auto& [name, kind] : kMessages) {
    if (name == field.message->descriptor().full_name()) return kind;
  }
  return kNoKind;
}

void AddSizes(const buf::validate::RepeatedRules& rules, Checks& checks) {
  std::optional<std::uint64_t> low, high;
  if (rules.has_min_items()) low = rules.min_items();
  if (rules.has_max_items()) high = rules.max_items();
  AddSizes({"repeated.min_items", low}, {"repeated.max_items", high}, "items", checks);
}

void AddSizes(const buf::validate::MapRules& rules, Checks& checks) {
  std::optional<std::uint64_t> low, high;
  if (rules.has_min_pairs()) low = rules.min_pairs();
  if (rules.has_max_pairs()) high = rules.max_pairs();
  AddSizes({"map.min_pairs", low}, {"map.max_pairs", high}, "entries", checks);
}

const std::string& NameOf(FieldRules::TypeCase rules) {
  return FieldRules::descriptor()->FindFieldByNumber(rules)->name();
}

}  // namespace triad::validation

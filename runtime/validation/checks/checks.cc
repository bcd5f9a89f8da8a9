#include "runtime/validation/checks/checks.h"

#include <google/protobuf/descriptor.h>

#include <cmath>
#include <cstdint>
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

// `unit` in the plural, "characters".
Check AtLeast(std::string id, std::uint64_t limit, absl::string_view unit) {
  std::string text =
      limit == 1 ? "must not be empty" : absl::StrCat("must have at least ", limit, " ", unit);
  return {std::move(id), std::move(text),
          [limit](const Value& value) { return value.bits >= limit; }};
}
Check AtMost(std::string id, std::uint64_t limit, absl::string_view unit) {
  return {std::move(id), absl::StrCat("must have at most ", limit, " ", unit),
          [limit](const Value& value) { return value.bits <= limit; }};
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
  if (rules.has_min_items()) {
    checks.push_back(AtLeast("repeated.min_items", rules.min_items(), "items"));
  }
  if (rules.has_max_items()) {
    checks.push_back(AtMost("repeated.max_items", rules.max_items(), "items"));
  }
}

void AddSizes(const buf::validate::MapRules& rules, Checks& checks) {
  if (rules.has_min_pairs()) {
    checks.push_back(AtLeast("map.min_pairs", rules.min_pairs(), "entries"));
  }
  if (rules.has_max_pairs()) {
    checks.push_back(AtMost("map.max_pairs", rules.max_pairs(), "entries"));
  }
}

const std::string& NameOf(FieldRules::TypeCase rules) {
  return FieldRules::descriptor()->FindFieldByNumber(rules)->name();
}

}  // namespace triad::validation

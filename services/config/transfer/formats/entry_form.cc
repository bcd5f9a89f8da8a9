#include "services/config/transfer/formats/entry_form.h"

#include <charconv>
#include <cmath>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

using Kind = Scalar::Kind;

struct TypeRow {
  ValueKind kind;
  absl::string_view name;
};

constexpr TypeRow kTypes[] = {
    {ValueKind::kString, "string"}, {ValueKind::kInt, "int"},   {ValueKind::kDouble, "double"},
    {ValueKind::kBool, "bool"},     {ValueKind::kJson, "json"},
};

template <typename T>
std::optional<T> ParseAs(absl::string_view text) {
  T number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool IsNumber(const Scalar& scalar) {
  return scalar.kind == Kind::kInt || scalar.kind == Kind::kDouble;
}

// The type of a value that has none beside it.
ValueKind TypeOf(const Scalar& scalar) {
  if (scalar.kind == Kind::kBool) return ValueKind::kBool;
  if (!IsNumber(scalar)) return ValueKind::kString;
  bool whole = scalar.kind == Kind::kInt && ParseAs<std::int64_t>(scalar.text).has_value();
  return whole ? ValueKind::kInt : ValueKind::kDouble;
}

// nullopt if the scalar says nothing of that type.
std::optional<Value> ValueOf(ValueKind type, Scalar scalar) {
  switch (type) {
    case ValueKind::kString:
      if (scalar.kind != Kind::kText) return std::nullopt;
      return Value(std::move(scalar.text));
    case ValueKind::kInt:
      if (scalar.kind != Kind::kInt) return std::nullopt;
      return ParseAs<std::int64_t>(scalar.text);
    case ValueKind::kDouble:
      if (!IsNumber(scalar)) return std::nullopt;
      return ParseAs<double>(scalar.text);
    case ValueKind::kBool:
      if (scalar.kind != Kind::kBool) return std::nullopt;
      return Value(scalar.text == "true");
    case ValueKind::kJson:
      return Value(Json{std::move(scalar.text)});
  }
  return std::nullopt;
}

// `status` of a check of a field, at its place in the file.
absl::Status CheckedAt(FilePosition at, absl::string_view key, const absl::Status& status) {
  return status.ok() ? status : RefusedAt(at, key, status.message());
}

constexpr bool IsMask(const Scalar& scalar) {
  return scalar.kind == Kind::kText && scalar.text == kMask;
}

}  // namespace

absl::string_view TypeName(ValueKind kind) {
  for (const TypeRow& row : kTypes) {
    if (row.kind == kind) return row.name;
  }
  return "";
}

absl::Status EntryForm::SetMember(absl::string_view member, FilePosition at, Scalar scalar) {
  if (member == kValueMember) {
    if (scalar.kind == Kind::kNull) return Refused(at, "has no value: null is none");
    value_at_ = at;
    value_ = std::move(scalar);
    return absl::OkStatus();
  }
  if (member == kTypeMember) return SetType(at, scalar);
  if (member == kSecretMember) return SetSecret(at, scalar);
  if (member == kDescriptionMember) return SetDescription(at, std::move(scalar));
  if (member == kExpireTimeMember) return SetExpireTime(at, scalar);
  return Refused(at, absl::StrCat("has a '", member, "' that must be an object"));
}

void EntryForm::SetJson(FilePosition at, std::string text) {
  value_at_ = at;
  value_ = Scalar{Kind::kText, std::move(text)};
  structured_ = true;
}

absl::Status EntryForm::AddLabel(FilePosition at, std::string key, std::string value) {
  if (labels_->emplace(std::move(key), std::move(value)).second) return absl::OkStatus();
  return Refused(at, "has a label twice");
}

absl::Status EntryForm::SetType(FilePosition at, const Scalar& scalar) {
  for (const TypeRow& row : kTypes) {
    if (scalar.kind == Kind::kText && scalar.text == row.name) type_ = row.kind;
  }
  if (type_.has_value()) return absl::OkStatus();
  return Refused(at, "has a 'type' that is none of string, int, double, bool and json");
}

absl::Status EntryForm::SetSecret(FilePosition at, const Scalar& scalar) {
  secret_ = scalar.text == "true";
  if (scalar.kind == Kind::kBool) return absl::OkStatus();
  return Refused(at, "has a 'secret' that is neither true nor false");
}

absl::Status EntryForm::SetDescription(FilePosition at, Scalar scalar) {
  if (scalar.kind != Kind::kText) return Refused(at, "has a 'description' that is no text");
  TRIAD_RETURN_IF_ERROR(CheckedAt(at, key_, CheckDescription(kDescriptionMember, scalar.text)));
  more_.description = std::move(scalar.text);
  return absl::OkStatus();
}

absl::Status EntryForm::SetExpireTime(FilePosition at, const Scalar& scalar) {
  absl::Time time;
  std::string error;
  bool parsed = scalar.kind == Kind::kText &&
                absl::ParseTime(absl::RFC3339_full, scalar.text, &time, &error) &&
                time != absl::InfiniteFuture() && time != absl::InfinitePast();
  if (!parsed) {
    return Refused(at, "has an 'expire_time' that is no time such as 2030-12-31T23:59:59Z");
  }
  more_.expire_time = absl::FromUnixMicros(absl::ToUnixMicros(time));
  return absl::OkStatus();
}

absl::StatusOr<Value> EntryForm::MakeValue() {
  ValueKind type = structured_ ? ValueKind::kJson : TypeOf(*value_);
  if (type_.has_value() && structured_ && *type_ != ValueKind::kJson) {
    return Refused(value_at_,
                   absl::StrCat("has a value that is not of its type, ", TypeName(*type_)));
  }
  type = type_.value_or(type);
  std::optional<Value> value = ValueOf(type, *std::move(value_));
  if (value.has_value()) return *std::move(value);
  return Refused(value_at_,
                 absl::StrCat("has a value that is no ", TypeName(type), ", or out of its range"));
}

absl::StatusOr<FileEntry> EntryForm::Finish(const ValueLimits& limits) && {
  FileEntry entry;
  entry.at = at_;
  entry.secret = secret_;
  bool masked = secret_ && (!value_.has_value() || (!structured_ && IsMask(*value_)));
  if (!masked) {
    if (!value_.has_value()) return Refused(at_, "has no 'value'");
    TRIAD_ASSIGN_OR_RETURN(entry.value, MakeValue());
    TRIAD_RETURN_IF_ERROR(
        CheckedAt(value_at_, key_, CheckValue(kValueMember, *entry.value, limits)));
  }
  if (labels_.has_value()) {
    TRIAD_RETURN_IF_ERROR(CheckedAt(at_, key_, CheckLabels(kLabelsMember, *labels_)));
    more_.labels = FormatLabels(*labels_);
  }
  if (more_.description.has_value() || more_.labels.has_value() || more_.expire_time.has_value()) {
    entry.more = std::make_unique<FileEntry::More>(std::move(more_));
  }
  entry.key = std::move(key_);
  return entry;
}

}  // namespace triad::config

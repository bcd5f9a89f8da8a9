#include "runtime/validation/fields.h"

#include <bit>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"

namespace triad::validation {

using messages::FieldEntry;
using messages::FieldType;
using messages::RawValue;
using messages::WireReader;
using messages::WireType;

namespace {

std::uint64_t Extended(std::int32_t number) {
  return static_cast<std::uint64_t>(std::int64_t{number});
}

std::uint64_t BitsOf(FieldType type, std::uint64_t bits) {
  auto low = static_cast<std::uint32_t>(bits);
  switch (type) {
    case FieldType::kInt32:
    case FieldType::kSfixed32:
    case FieldType::kEnum:
      return Extended(static_cast<std::int32_t>(low));
    case FieldType::kUint32:
      return low;
    case FieldType::kSint32:
      return Extended(static_cast<std::int32_t>(low >> 1 ^ (~(low & 1) + 1)));
    case FieldType::kSint64:
      return bits >> 1 ^ (~(bits & 1) + 1);
    case FieldType::kBool:
      return bits != 0 ? 1 : 0;
    default:
      return bits;
  }
}

bool IsText(const FieldEntry& field) {
  return field.type == FieldType::kString || field.type == FieldType::kBytes;
}

bool IsNaN(const FieldEntry& field, std::uint64_t bits) {
  if (field.type == FieldType::kDouble) return std::isnan(std::bit_cast<double>(bits));
  return field.type == FieldType::kFloat &&
         std::isnan(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
}

// The bits of 0 for those of -0.
std::uint64_t WithoutSign(const FieldEntry& field, std::uint64_t bits) {
  bool is_minus_zero = (field.type == FieldType::kDouble && bits == std::uint64_t{1} << 63) ||
                       (field.type == FieldType::kFloat && bits == std::uint64_t{1} << 31);
  return is_minus_zero ? 0 : bits;
}

}  // namespace

bool IsForeign(const FieldEntry& field, const Value& value) {
  return field.enumeration != nullptr &&
         !field.enumeration->Takes(static_cast<std::int32_t>(value.bits));
}

void Singular::Merge(absl::string_view message) {
  if (!is_set_) return Set({0, message});
  if (merged_ == nullptr) merged_ = std::make_unique<std::string>(value_.bytes);
  absl::StrAppend(merged_.get(), message);
  value_.bytes = *merged_;
}

bool Distinct::Add(const FieldEntry& field, const Value& value) {
  if (IsText(field)) return texts_.insert(value.bytes).second;
  return IsNaN(field, value.bits) || numbers_.insert(WithoutSign(field, value.bits)).second;
}

void Entries::Add(const FieldEntry& map, Entry entry) {
  const Value& key = entry.key.value();
  std::size_t& place = IsText(*map.message->FindByNumber(1))
                           ? texts_.try_emplace(key.bytes, all_.size()).first->second
                           : numbers_.try_emplace(key.bits, all_.size()).first->second;
  if (place == all_.size()) {
    all_.push_back(std::move(entry));
  } else {
    all_[place] = std::move(entry);
  }
}

bool Fits(const FieldEntry& field, WireType type) {
  return type == messages::WireTypeOf(field.type);
}

bool Read(WireReader& in, const FieldEntry& field, WireType type, Value& value) {
  if (field.message != nullptr) return in.Message(type, field.number, value.bytes);
  RawValue raw;
  if (!in.Raw(type, raw)) return false;
  value = {BitsOf(field.type, raw.bits), raw.bytes};
  return true;
}

bool ReadEntry(const FieldEntry& map, absl::string_view wire, Entries::Entry& entry) {
  WireReader in(wire);
  while (!in.AtEnd()) {
    std::uint32_t number;
    WireType type;
    if (!in.Tag(number, type)) return false;
    const FieldEntry* field = map.message->FindByNumber(number);
    if (field == nullptr || !Fits(*field, type)) {
      if (!in.Skip(type, number)) return false;
      continue;
    }
    Value value;
    if (!Read(in, *field, type, value)) return false;
    Singular& part = number == 1 ? entry.key : entry.value;
    if (field->message != nullptr) {
      part.Merge(value.bytes);
    } else {
      part.Set(value);
    }
  }
  return true;
}

}  // namespace triad::validation

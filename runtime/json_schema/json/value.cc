#include "runtime/json_schema/json/value.h"

#include <algorithm>

namespace triad::json_schema {
namespace {

// Bytes that are looked at in about the time of one value.
constexpr std::size_t kBytesOfWeight = 64;

}  // namespace

const Value* Value::Find(absl::string_view name) const {
  const Object* members = AsObject();
  if (members == nullptr) return nullptr;
  auto found = std::lower_bound(
      members->begin(), members->end(), name,
      [](const Member& member, absl::string_view wanted) { return member.name < wanted; });
  return found != members->end() && found->name == name ? &found->value : nullptr;
}

bool operator==(const Value& one, const Value& other) { return one.data == other.data; }

bool operator==(const Member& one, const Member& other) {
  return one.name == other.name && one.value == other.value;
}

std::size_t OwnSize(const Value& value) {
  if (const std::string* text = value.AsString()) return text->size();
  if (const Decimal* number = value.AsNumber()) return number->digits();
  return 0;
}

std::size_t TotalWeight(const Value& value) {
  std::size_t weight = 1 + OwnSize(value) / kBytesOfWeight;
  if (const Value::Array* items = value.AsArray()) {
    for (const Value& item : *items) weight += TotalWeight(item);
  }
  if (const Value::Object* members = value.AsObject()) {
    for (const Member& member : *members) {
      weight += member.name.size() / kBytesOfWeight + TotalWeight(member.value);
    }
  }
  return weight;
}

}  // namespace triad::json_schema

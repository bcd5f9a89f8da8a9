// A JSON value as a tree, with the equality of JSON Schema.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/json_schema/json/decimal.h"

namespace triad::json_schema {

struct Member;

// In the order of Value's alternatives.
enum class Type { kNull, kBoolean, kNumber, kString, kArray, kObject };

struct Value {
  using Array = std::vector<Value>;
  using Object = std::vector<Member>;  // by name, each name once

  Type type() const { return static_cast<Type>(data.index()); }
  // nullptr if it is of another type.
  const bool* AsBoolean() const { return std::get_if<bool>(&data); }
  const Decimal* AsNumber() const { return std::get_if<Decimal>(&data); }
  const std::string* AsString() const { return std::get_if<std::string>(&data); }
  const Array* AsArray() const { return std::get_if<Array>(&data); }
  const Object* AsObject() const { return std::get_if<Object>(&data); }
  // nullptr if it has no such property, or is no object.
  const Value* Find(absl::string_view name) const;

  std::variant<std::monostate, bool, Decimal, std::string, Array, Object> data;
};

struct Member {
  std::string name;
  Value value;
};

// 1 and 1.0 are equal; objects have no order.
bool operator==(const Value& one, const Value& other);
bool operator==(const Member& one, const Member& other);

// How long a value by itself is, without its children: bytes of a string, digits of a number.
std::size_t OwnSize(const Value& value);

// How much there is to look at in a value with all its children: about 1 for each of them, and
// more for long strings and numbers.
std::size_t TotalWeight(const Value& value);

template <typename H>
H AbslHashValue(H hash, const Value& value) {
  hash = H::combine(std::move(hash), value.data.index());
  if (const bool* boolean = value.AsBoolean()) return H::combine(std::move(hash), *boolean);
  if (const Decimal* number = value.AsNumber()) return H::combine(std::move(hash), *number);
  if (const std::string* text = value.AsString()) return H::combine(std::move(hash), *text);
  if (const Value::Array* items = value.AsArray()) {
    for (const Value& item : *items) hash = H::combine(std::move(hash), item);
    return H::combine(std::move(hash), items->size());
  }
  if (const Value::Object* members = value.AsObject()) {
    for (const Member& member : *members) {
      hash = H::combine(std::move(hash), member.name, member.value);
    }
    return H::combine(std::move(hash), members->size());
  }
  return hash;
}

}  // namespace triad::json_schema

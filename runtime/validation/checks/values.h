// Values of the types that rules compare, as they are read, and as errors show them.
#pragma once

#include <bit>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/validation/checks/check.h"

namespace triad::validation {

// google.protobuf.Duration and Timestamp, and google.protobuf.Any and FieldMask: their fields.
absl::Duration DurationIn(absl::string_view message);
absl::Time TimeIn(absl::string_view message);
std::vector<absl::string_view> TextsIn(absl::string_view message);  // of field 1

// A string is not copied: the bytes outlive what is done with it.
template <typename T>
auto As(const Value& value) {
  if constexpr (std::same_as<T, double>) {
    return std::bit_cast<double>(value.bits);
  } else if constexpr (std::same_as<T, float>) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value.bits));
  } else if constexpr (std::same_as<T, absl::Duration>) {
    return DurationIn(value.bytes);
  } else if constexpr (std::same_as<T, absl::Time>) {
    return TimeIn(value.bytes);
  } else if constexpr (std::same_as<T, std::string>) {
    return value.bytes;
  } else {
    return static_cast<T>(value.bits);
  }
}

std::string TextOf(absl::Duration duration);  // "1.5s"
std::string TextOf(absl::Time time);          // "2026-01-02T03:04:05Z"
inline std::string TextOf(bool value) { return value ? "true" : "false"; }
inline std::string TextOf(const std::string& text) {
  return absl::StrCat("\"", absl::Utf8SafeCEscape(text), "\"");
}
template <typename T>
requires std::integral<T> || std::floating_point<T> std::string TextOf(T number) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof(text), number).ptr);
}

template <typename List>
std::string TextOfAll(const List& values) {
  return absl::StrJoin(values, ", ", [](std::string* out, const auto& value) {
    absl::StrAppend(out, TextOf(value));
  });
}

}  // namespace triad::validation

// How answers are written as JSON, where ProtoJSON leaves a choice.
//
// Source: https://protobuf.dev/programming-guides/json/, "JSON Options".
#pragma once

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace triad::gateway {

struct JsonStyle {
  // Fields without presence are there also with their default value.
  bool print_defaults = true;
  // Fields have the names of the proto, not those of JSON.
  bool proto_names = false;
  bool enum_numbers = false;
  // 64-bit integers are numbers, which JavaScript rounds, not strings.
  bool int64_numbers = false;
  // On several lines, indented by two spaces.
  bool is_pretty = false;
};

// What other programs write: default values are left out.
inline constexpr JsonStyle kTerse = {.print_defaults = false};

// One of the choices: by this name as a flag, in the option triad.gateway.v1.json_style, and as
// a parameter of Accept.
struct JsonChoice {
  const char* name;
  bool JsonStyle::*member;
  const char* off;  // the value for which the member is false
  const char* on;
  const char* help;  // of the flag
};

absl::Span<const JsonChoice> JsonChoices();

// Some choices, made. Immutable once it is filled.
class JsonStyleChanges {
 public:
  // Takes "proto" for "field_names". False, changing nothing, if there is no choice of that name;
  // INVALID_ARGUMENT, naming what there is, if it has no such value.
  absl::StatusOr<bool> Add(absl::string_view name, absl::string_view value);

  void ApplyTo(JsonStyle& style) const {
    for (const auto& [member, value] : changes_) style.*member = value;
  }

 private:
  std::vector<std::pair<bool JsonStyle::*, bool>> changes_;
};

}  // namespace triad::gateway

// Scalars of JSON and YAML.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad::config {

struct Scalar {
  enum class Kind { kText, kInt, kDouble, kBool, kNull };
  Kind kind = Kind::kText;
  // What it says; of all kinds but kText as JSON writes it.
  std::string text;
};

// What a plain scalar is in YAML 1.2's core schema. `.inf` and `.nan`, which JSON cannot say,
// are of kind kDouble and have their own text.
Scalar ResolvePlain(absl::string_view text);

// A string as JSON writes it, quoted. `text` is UTF-8.
std::string QuoteJson(absl::string_view text);

// A finite number as JSON and YAML 1.1 write it, so that it reads back the same and as no
// integer.
std::string FormatDouble(double number);

}  // namespace triad::config

// What plain scalars of YAML mean.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace triad::transform {

// A plain scalar as JSON, by the core schema of YAML 1.2: null, true, a number whose text is kept
// where JSON has it. nullopt for a number that JSON does not have (.nan, .inf). What is none of
// these is a string.
std::optional<std::string> JsonOfPlainScalar(absl::string_view text);

// Whether a reader of YAML 1.1 or 1.2 takes it for something else than a text: null, yes, off.
bool IsYamlWord(absl::string_view text);

// Whether all characters of `text`, which is UTF-8, may stand in YAML as they are.
bool IsYamlPrintable(absl::string_view text);

}  // namespace triad::transform

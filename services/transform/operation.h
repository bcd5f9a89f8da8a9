// An operation, described as data: what ListOperations shows is what runs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/cancelled.h"

namespace triad::transform {

struct Parameter {
  std::string name;
  std::string description;           // one sentence on what it changes
  std::string default_value;         // value if it is left out
  std::vector<std::string> choices;  // the values it may have; empty: any text
};

using Arguments = std::map<std::string, std::string>;

// A worked example. A test runs every one.
struct Example {
  std::string input;
  Arguments arguments;
  std::string output;
};

// What an operation can work on. The pipeline checks it.
enum class Takes { kBytes, kText };

struct Operation {
  std::string id;           // "to-base64"
  std::string family;       // "encoding"
  std::string description;  // one sentence
  Takes takes = Takes::kBytes;
  std::vector<Parameter> parameters;
  std::vector<Example> examples;
  // `arguments` has a value, one of its choices, for every parameter.
  // INVALID_ARGUMENT, as the end of a sentence about the input ("must be …"),
  // for input it cannot work on; CANCELLED if `cancelled` says so meanwhile. What may take
  // long asks; the rest is done in milliseconds.
  absl::StatusOr<std::string> (*run)(absl::string_view input, const Arguments& arguments,
                                     Cancelled cancelled);
};

}  // namespace triad::transform

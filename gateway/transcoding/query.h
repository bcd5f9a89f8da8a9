// Query strings as browsers and URLSearchParams write them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::gateway {

using Parameter = std::pair<std::string, std::string>;

// Names of parameters: each a name, or "prefix*" for all that begin so. Immutable.
class ParameterNames {
 public:
  ParameterNames() = default;
  // INVALID_ARGUMENT that quotes what is neither.
  static absl::StatusOr<ParameterNames> Create(const std::vector<std::string>& patterns);

  bool Contains(absl::string_view name) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::string> prefixes_;
};

// The parameters of "a=1&b=x+y", decoded, in order. A parameter without '=' has
// an empty value; empty parameters ("a=1&&") are left out. INVALID_ARGUMENT with
// a BadRequest that names the parameter for a broken escape or what is not UTF-8.
absl::StatusOr<std::vector<Parameter>> ParseQuery(absl::string_view query);

}  // namespace triad::gateway

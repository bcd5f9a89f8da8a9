// The arguments of a step, as values of their parameters' kinds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/parameter.h"

namespace triad::transform {

using ArgumentValue = std::variant<std::string, std::int64_t, bool>;

// `text` as a value of `parameter`. INVALID_ARGUMENT, as the end of a sentence about the argument
// ("must be true or false"), which never holds the text.
absl::StatusOr<ArgumentValue> ParseArgument(const Parameter& parameter, absl::string_view text);

// The bytes that `text` stands for as an argument of kind kBytes; INVALID_ARGUMENT as above.
absl::StatusOr<std::string> ParseBytes(absl::string_view text);
// Whether it begins with `hex:`, `base64:` or `utf8:`.
bool NamesNotation(absl::string_view text);

// Complete: has a value for every parameter of its operation. To ask for another name, or as
// another kind, is a mistake of the operation, and throws.
class Arguments {
 public:
  void Set(const std::string& name, ArgumentValue value);

  // Of kText, kBytes, kChoice and kSecret.
  const std::string& Text(const std::string& name) const {
    return std::get<std::string>(values_.at(name));
  }
  std::int64_t Integer(const std::string& name) const {
    return std::get<std::int64_t>(values_.at(name));
  }
  bool Flag(const std::string& name) const { return std::get<bool>(values_.at(name)); }

 private:
  std::map<std::string, ArgumentValue> values_;
};

}  // namespace triad::transform

// What an operation can be told.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace triad::transform {

enum class Kind {
  kText,
  // Bytes written as text: `hex:00ff`, `base64:AP8=`, or `utf8:` and text, which may be left out.
  kBytes,
  kInteger,
  kFlag,  // true or false
  kChoice,
  // As kBytes, and never shown, logged or kept.
  kSecret,
};

struct Parameter {
  std::string name;
  std::string summary;  // one sentence on what it changes
  Kind kind = Kind::kText;
  // As it would be written; what is left out has it.
  std::string default_value = {};
  // Has no default and must be given.
  bool required = false;
  // Of kChoice.
  std::vector<std::string> choices = {};
  // Of kInteger, both included; and what it counts, "bytes".
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  std::string unit = {};
};

}  // namespace triad::transform

// Each standard rule of protovalidate with values that keep it and values that break it, for
// numbers.proto and rules.proto.
#pragma once

#include <string>
#include <vector>

namespace triad::validation::testing {

// Values are as protobuf's text format writes them.
struct Case {
  std::string type;                  // "StringRules"
  std::string field;                 // "min_len"
  std::string rule;                  // the id: "string.min_len"
  std::vector<std::string> valid;    // those at the bound first
  std::vector<std::string> invalid;  // likewise
};

const std::vector<Case>& Cases();

}  // namespace triad::validation::testing

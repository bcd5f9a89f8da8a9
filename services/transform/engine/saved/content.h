// A recipe with what it is saved with: parameters that a call gives, and tests.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "services/transform/engine/parameter.h"

namespace triad::transform {

// An update that changes nothing is told by comparing.
inline bool operator==(const Parameter& a, const Parameter& b) {
  return std::tie(a.name, a.summary, a.kind, a.default_value, a.required, a.choices, a.min, a.max,
                  a.unit) == std::tie(b.name, b.summary, b.kind, b.default_value, b.required,
                                      b.choices, b.min, b.max, b.unit);
}

// What the recipe has to make of an input.
struct RecipeTest {
  std::string input = {};
  std::map<std::string, std::string> arguments = {};
  std::string output = {};

  friend bool operator==(const RecipeTest&, const RecipeTest&) = default;
};

struct SavedContent {
  std::string text = {};  // in the language of recipes, whose arguments may use the parameters
  std::vector<Parameter> parameters = {};
  std::vector<RecipeTest> tests = {};

  friend bool operator==(const SavedContent&, const SavedContent&) = default;
};

inline constexpr std::size_t kMaxTextBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxParameters = 32;
inline constexpr std::size_t kMaxChoices = 64;
// Of each text in a parameter, and of those in all parameters together.
inline constexpr std::size_t kMaxParameterTextBytes = 1024;
inline constexpr std::size_t kMaxParameterBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxTests = 32;
// Inputs, arguments and outputs of all tests together.
inline constexpr std::size_t kMaxTestBytes = std::size_t{256} * 1024;

}  // namespace triad::transform

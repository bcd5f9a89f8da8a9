#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/recipe/notation.h"

namespace triad::transform {
namespace {

bool IsControl(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

std::string Quoted(absl::string_view value) {
  std::string quoted = "\"";
  for (char c : value) {
    std::size_t known = kEscaped.find(c);
    if (known != absl::string_view::npos) {
      quoted.append({'\\', kEscapeLetters[known]});
    } else if (IsControl(c)) {
      absl::StrAppendFormat(&quoted, "\\u{%x}", static_cast<unsigned char>(c));
    } else {
      quoted.push_back(c);
    }
  }
  return quoted + "\"";
}

// Without quotes if it can, without escapes if it can.
std::string FormatValue(absl::string_view value) {
  if (!value.empty() && std::all_of(value.begin(), value.end(), IsPlainCharacter)) {
    return std::string(value);
  }
  bool raw = value.find('\'') == absl::string_view::npos &&
             std::none_of(value.begin(), value.end(), IsControl);
  return raw ? absl::StrCat("'", value, "'") : Quoted(value);
}

std::string FormatStep(const Step& step) {
  std::string text = step.disabled ? absl::StrCat(kOffWord, " ") : "";
  text += step.operation;
  absl::string_view before = "(";
  for (const auto& [name, value] : step.arguments) {
    absl::StrAppend(&text, before, name, "=", FormatValue(value));
    before = ", ";
  }
  if (!step.arguments.empty()) text += ")";
  if (!step.as.empty()) absl::StrAppend(&text, " ", kAsWord, " ", step.as);
  return text;
}

}  // namespace

std::string FormatRecipe(const Recipe& recipe) {
  bool lines = std::any_of(recipe.begin(), recipe.end(),
                           [](const Step& step) { return !step.comment.empty(); });
  std::string text;
  for (std::size_t i = 0; i < recipe.size(); ++i) {
    if (i > 0) text += lines ? "\n| " : " | ";
    text += FormatStep(recipe[i]);
    if (!recipe[i].comment.empty()) absl::StrAppend(&text, "  # ", recipe[i].comment);
  }
  return text;
}

}  // namespace triad::transform

#include "services/transform/engine/recipe/variables.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::transform {
namespace {

constexpr std::size_t kMaxNameBytes = 64;

}  // namespace

bool IsVariableName(absl::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes || absl::ascii_isdigit(name[0])) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

absl::StatusOr<Template> Template::Parse(absl::string_view text) {
  Template parsed;
  std::string literal;
  while (!text.empty()) {
    if (absl::StartsWith(text, "$${")) {
      literal += "${";
      text.remove_prefix(3);
    } else if (absl::StartsWith(text, "${")) {
      std::size_t end = text.find('}');
      absl::string_view name = text.substr(2, end == absl::string_view::npos ? end : end - 2);
      if (end == absl::string_view::npos || !IsVariableName(name)) {
        return absl::InvalidArgumentError(
            "must have the name of a variable and '}' after '${'; '$${' stands for '${' itself");
      }
      parsed.texts_.push_back(std::move(literal));
      literal.clear();
      parsed.names_.emplace_back(name);
      text.remove_prefix(end + 1);
    } else {
      literal.push_back(text[0]);
      text.remove_prefix(1);
    }
  }
  parsed.texts_.push_back(std::move(literal));
  return parsed;
}

std::string Template::Fill(const Variables& variables) const {
  std::string filled = texts_[0];
  for (std::size_t i = 0; i < names_.size(); ++i) {
    absl::StrAppend(&filled, variables.at(names_[i]), texts_[i + 1]);
  }
  return filled;
}

}  // namespace triad::transform

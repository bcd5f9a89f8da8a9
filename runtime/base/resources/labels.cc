#include "runtime/base/resources/labels.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/base/status.h"

namespace triad {
namespace {

constexpr std::size_t kMaxLabels = 64;
constexpr std::size_t kMaxName = 63;
constexpr std::size_t kMaxDnsName = 253;
constexpr std::size_t kMaxSelectorBytes = 4096;

bool IsName(absl::string_view text) {
  if (text.empty() || text.size() > kMaxName) return false;
  if (!absl::ascii_isalnum(text.front()) || !absl::ascii_isalnum(text.back())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
  });
}

bool IsDnsName(absl::string_view text) {
  if (text.empty() || text.size() > kMaxDnsName) return false;
  for (absl::string_view part : absl::StrSplit(text, '.')) {
    bool lower = std::none_of(part.begin(), part.end(),
                              [](char c) { return absl::ascii_isupper(c) || c == '_'; });
    if (!IsName(part) || !lower) return false;
  }
  return true;
}

bool IsKey(absl::string_view key) {
  std::size_t slash = key.find('/');
  if (slash == absl::string_view::npos) return IsName(key);
  return IsDnsName(key.substr(0, slash)) && IsName(key.substr(slash + 1));
}

bool IsValue(absl::string_view value) { return value.empty() || IsName(value); }

// The value of a label in the text of labels.
std::optional<absl::string_view> Find(absl::string_view labels, absl::string_view key) {
  while (!labels.empty()) {
    absl::string_view line = labels.substr(0, labels.find('\n'));
    labels.remove_prefix(line.size() + 1);
    std::size_t equals = line.find('=');
    if (line.substr(0, equals) == key) return line.substr(equals + 1);
  }
  return std::nullopt;
}

// Cuts at commas that stand outside parentheses.
std::vector<absl::string_view> SplitRequirements(absl::string_view text) {
  std::vector<absl::string_view> parts;
  std::size_t begin = 0;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') inside = true;
    if (text[i] == ')') inside = false;
    if (text[i] != ',' || inside) continue;
    parts.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

absl::Status NoRequirement(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' is no requirement on labels"));
}

}  // namespace

absl::Status CheckLabels(absl::string_view field, const Labels& labels) {
  if (labels.size() > kMaxLabels) {
    return InvalidField(field, absl::StrCat("must be at most ", kMaxLabels, " labels"));
  }
  for (const auto& [key, value] : labels) {
    if (!IsKey(key)) {
      return InvalidField(
          field,
          "must have keys of 1 to 63 letters, digits, '.', '_' and '-', between letters or "
          "digits, with a lower-case DNS name and '/' before them or not");
    }
    if (!IsValue(value)) {
      return InvalidField(absl::StrCat(field, "[", key, "]"),
                          "must be empty, or 1 to 63 letters, digits, '.', '_' and '-', between "
                          "letters or digits");
    }
  }
  return absl::OkStatus();
}

std::string FormatLabels(const Labels& labels) {
  std::string text;
  for (const auto& [key, value] : labels) absl::StrAppend(&text, key, "=", value, "\n");
  return text;
}

Labels ParseLabels(absl::string_view text) {
  Labels labels;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    labels.insert(
        std::pair<std::string, std::string>(absl::StrSplit(line, absl::MaxSplits('=', 1))));
  }
  return labels;
}

absl::StatusOr<LabelSelector> LabelSelector::Parse(absl::string_view field,
                                                   absl::string_view text) {
  LabelSelector selector;
  if (absl::StripAsciiWhitespace(text).empty()) return selector;
  if (text.size() > kMaxSelectorBytes) {
    return InvalidField(field, absl::StrCat("must be at most ", kMaxSelectorBytes, " bytes"));
  }
  for (absl::string_view part : SplitRequirements(text)) {
    absl::StatusOr<Requirement> requirement = ParseRequirement(absl::StripAsciiWhitespace(part));
    if (!requirement.ok()) {
      return InvalidField(field, absl::StrCat(requirement.status().message(),
                                              ": write k=v, k!=v, k in (v,w), k notin (v,w), k or "
                                              "!k, with commas between them"));
    }
    selector.requirements_.push_back(*std::move(requirement));
  }
  return selector;
}

absl::StatusOr<LabelSelector::Requirement> LabelSelector::ParseRequirement(absl::string_view text) {
  std::size_t open = text.find('(');
  if (open != absl::string_view::npos) return ParseSet(text, open);
  Requirement requirement;
  std::size_t equals = text.find('=');
  if (equals == absl::string_view::npos) {
    absl::string_view key = text;
    bool absent = absl::ConsumePrefix(&key, "!");
    requirement.op = absent ? Operator::kNotExists : Operator::kExists;
    requirement.key = std::string(absl::StripLeadingAsciiWhitespace(key));
  } else {
    bool differs = equals > 0 && text[equals - 1] == '!';
    absl::string_view value = text.substr(equals + 1);
    if (!differs) absl::ConsumePrefix(&value, "=");
    requirement.op = differs ? Operator::kNotIn : Operator::kIn;
    requirement.key =
        std::string(absl::StripTrailingAsciiWhitespace(text.substr(0, equals - (differs ? 1 : 0))));
    requirement.values.emplace_back(absl::StripLeadingAsciiWhitespace(value));
    if (!IsValue(requirement.values.front())) return NoRequirement(text);
  }
  if (!IsKey(requirement.key)) return NoRequirement(text);
  return requirement;
}

absl::StatusOr<LabelSelector::Requirement> LabelSelector::ParseSet(absl::string_view text,
                                                                   std::size_t open) {
  if (text.back() != ')') return NoRequirement(text);
  std::vector<absl::string_view> words =
      absl::StrSplit(text.substr(0, open), absl::ByAnyChar(" \t"), absl::SkipEmpty());
  if (words.size() != 2 || !IsKey(words[0]) || (words[1] != "in" && words[1] != "notin")) {
    return NoRequirement(text);
  }
  Requirement requirement;
  requirement.key = std::string(words[0]);
  requirement.op = words[1] == "in" ? Operator::kIn : Operator::kNotIn;
  for (absl::string_view value :
       absl::StrSplit(text.substr(open + 1, text.size() - open - 2), ',')) {
    requirement.values.emplace_back(absl::StripAsciiWhitespace(value));
    if (!IsValue(requirement.values.back())) return NoRequirement(text);
  }
  return requirement;
}

bool LabelSelector::Matches(absl::string_view labels) const {
  return std::all_of(
      requirements_.begin(), requirements_.end(), [&](const Requirement& requirement) {
        std::optional<absl::string_view> value = Find(labels, requirement.key);
        bool among = value.has_value() &&
                     std::find(requirement.values.begin(), requirement.values.end(), *value) !=
                         requirement.values.end();
        switch (requirement.op) {
          case Operator::kExists:
            return value.has_value();
          case Operator::kNotExists:
            return !value.has_value();
          case Operator::kIn:
            return among;
          case Operator::kNotIn:
            return !among;
        }
        return false;
      });
}

}  // namespace triad

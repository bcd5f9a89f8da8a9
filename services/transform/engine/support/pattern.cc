#include "services/transform/engine/support/pattern.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/problem.h"

namespace triad::transform {
namespace {

// What a pattern holds at most, with what it remembers of texts.
constexpr std::int64_t kPatternBytes = 2 * 1024 * 1024;

re2::StringPiece Piece(absl::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::vector<Parameter> PatternParameters() {
  return {{.name = "pattern",
           .summary = "A regular expression in the syntax of RE2.",
           .kind = Kind::kText,
           .required = true},
          {.name = "literal",
           .summary = "Whether the pattern is a text that stands for itself.",
           .kind = Kind::kFlag,
           .default_value = "false"},
          {.name = "ignore_case",
           .summary = "Whether upper and lower case are the same.",
           .kind = Kind::kFlag,
           .default_value = "false"}};
}

absl::StatusOr<std::unique_ptr<Pattern>> Pattern::Make(const Arguments& arguments, Output& output) {
  TRIAD_RETURN_IF_ERROR(output.Hold(kPatternBytes));
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternBytes);
  options.set_literal(arguments.Flag("literal"));
  options.set_case_sensitive(!arguments.Flag("ignore_case"));
  std::unique_ptr<Pattern> pattern(new Pattern(arguments.Text("pattern"), options));
  if (pattern->expression_.ok()) {
    // RE2 lets a later group take the name of an earlier one.
    if (pattern->expression_.NamedCapturingGroups().size() ==
        pattern->expression_.CapturingGroupNames().size()) {
      return pattern;
    }
    return BadArgument("pattern", "is no regular expression: two groups have the same name");
  }
  return BadArgument("pattern",
                     absl::StrCat("is no regular expression: ", pattern->expression_.error()));
}

bool Pattern::Matches(absl::string_view text) const {
  return expression_.Match(Piece(text), 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

Matches::Matches(const Pattern& pattern, absl::string_view text, int groups, Output& output)
    : pattern_(pattern),
      text_(text),
      output_(output),
      found_(static_cast<std::size_t>(groups) + 1) {}

bool Matches::Next() {
  while (next_ <= text_.size() && output_.Wanted()) {
    if (!pattern_.expression().Match(Piece(text_), next_, text_.size(), re2::RE2::UNANCHORED,
                                     found_.data(), static_cast<int>(found_.size()))) {
      return false;
    }
    begin_ = static_cast<std::size_t>(found_[0].data() - text_.data());
    std::size_t end = begin_ + found_[0].size();
    bool repeats = begun_ && found_[0].empty() && begin_ == end_;
    if (end == next_ && found_[0].empty()) {
      // Goes on behind the next character, so that an empty match is found once.
      next_ = end + std::max<std::size_t>(FirstCharacter(text_.substr(end)).length, 1);
    } else {
      next_ = end;
    }
    if (repeats) continue;
    begun_ = true;
    end_ = end;
    return true;
  }
  return false;
}

absl::string_view Matches::Group(int number) const {
  const re2::StringPiece& group = found_[static_cast<std::size_t>(number)];
  return {group.data(), group.size()};
}

}  // namespace triad::transform

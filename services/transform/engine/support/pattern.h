// What is looked for in text: a regular expression (RE2, in linear time) or the text itself.
#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/arguments.h"
#include "services/transform/engine/output.h"
#include "services/transform/engine/parameter.h"

namespace triad::transform {

// "pattern", "literal" and "ignore_case", of every operation that looks for something.
std::vector<Parameter> PatternParameters();

// Immutable, for any number of threads.
class Pattern {
 public:
  // BadArgument for a pattern that is none, or too large; and what `output` fails with, in whose
  // memory it works.
  static absl::StatusOr<std::unique_ptr<Pattern>> Make(const Arguments& arguments, Output& output);

  // Groups in parentheses.
  int groups() const { return expression_.NumberOfCapturingGroups(); }
  const re2::RE2& expression() const { return expression_; }
  bool Matches(absl::string_view text) const;

 private:
  Pattern(absl::string_view pattern, const re2::RE2::Options& options)
      : expression_({pattern.data(), pattern.size()}, options) {}

  const re2::RE2 expression_;
};

// All matches in a text that do not overlap, from the left. An empty one is none where the one
// before ends.
class Matches {
 public:
  // `groups` of each match are kept, besides the whole. All outlive this.
  Matches(const Pattern& pattern, absl::string_view text, int groups, Output& output);

  // Finds the next; false if there is none, or `output` has failed.
  bool Next();

  // Where it begins and ends in the text.
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return end_; }
  // The whole match is group 0. Of a group that took no part in it, the data is null.
  absl::string_view Group(int number) const;
  const std::vector<re2::StringPiece>& groups() const { return found_; }

 private:
  const Pattern& pattern_;
  const absl::string_view text_;
  Output& output_;
  std::vector<re2::StringPiece> found_;
  std::size_t next_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool begun_ = false;
};

}  // namespace triad::transform

// Patterns of ECMA 262, as JSON Schema has them, matched by RE2 in linear time.
#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::json_schema {

inline constexpr std::size_t kMaxPatternBytes = 4096;

// Immutable, for any number of threads.
class Pattern {
 public:
  // Takes what means the same in RE2, and what can be rewritten so that it does, as patterns with
  // the flag "u". INVALID_ARGUMENT, as the end of a sentence, for all else: lookarounds,
  // backreferences, named groups, flags, and what is too large.
  static absl::StatusOr<std::shared_ptr<const Pattern>> Compile(absl::string_view ecma);

  // Whether it matches anywhere in `text`, which is UTF-8.
  bool Matches(absl::string_view text) const;

  // Steps that Matches may take, at worst.
  std::uint64_t CostOn(absl::string_view text) const;

  // In instructions of RE2.
  std::size_t size() const { return static_cast<std::size_t>(expression_.ProgramSize()); }

 private:
  explicit Pattern(const std::string& re2);

  RE2 expression_;
};

// `ecma` in the syntax of RE2; errors as Pattern::Compile.
absl::StatusOr<std::string> TranslatePattern(absl::string_view ecma);

}  // namespace triad::json_schema

#include "runtime/json_schema/compiler/pattern.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::json_schema {
namespace {

// Of the program and of the states that are made while it runs.
constexpr std::int64_t kMaxPatternMemory = 1024 * 1024;

// Where RE2 gives up on states it goes through all instructions for each byte: so many of them
// in the time of a step.
constexpr std::uint64_t kInstructionsOfStep = 32;

RE2::Options Options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kMaxPatternMemory);
  return options;
}

}  // namespace

Pattern::Pattern(const std::string& re2) : expression_(re2, Options()) {}

absl::StatusOr<std::shared_ptr<const Pattern>> Pattern::Compile(absl::string_view ecma) {
  if (ecma.size() > kMaxPatternBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("must be a pattern of at most ", kMaxPatternBytes, " bytes"));
  }
  TRIAD_ASSIGN_OR_RETURN(std::string re2, TranslatePattern(ecma));
  std::shared_ptr<const Pattern> pattern(new Pattern(re2));
  if (!pattern->expression_.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("must be a pattern that RE2 takes: ", pattern->expression_.error()));
  }
  return pattern;
}

bool Pattern::Matches(absl::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), expression_);
}

std::uint64_t Pattern::CostOn(absl::string_view text) const {
  return 1 + text.size() * size() / kInstructionsOfStep;
}

}  // namespace triad::json_schema

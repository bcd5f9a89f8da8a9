// How triadctl ends: the one table of exit codes, for the process and for its help.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace triad::cli {

// Scripts rely on them: a number never changes its meaning.
enum class ExitCode {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,
  kNotFound = 3,
  kConflict = 4,
  kDenied = 5,
  kAway = 6,
  kDiffers = 7,
  kInterrupted = 130,
};

struct ExitCodeRow {
  ExitCode code;
  absl::string_view meaning;
};

absl::Span<const ExitCodeRow> ExitCodes();

// An error of the command line, found before anything was sent. The message names the
// flag or the argument and says what was expected.
absl::Status UsageError(absl::string_view message);

// What an error of a command ends with; kOk for OK.
ExitCode ExitCodeOf(const absl::Status& status);

}  // namespace triad::cli

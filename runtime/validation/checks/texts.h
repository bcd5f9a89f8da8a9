// Rules of strings and bytes.
#pragma once

#include "absl/status/status.h"
#include "runtime/validation/checks/check.h"

namespace triad::validation {

struct Subject;

// INVALID_ARGUMENT for a pattern that is none.
absl::Status AddString(const Subject& subject, Checks& checks);
absl::Status AddBytes(const Subject& subject, Checks& checks);

}  // namespace triad::validation

// Rules of google.protobuf's own messages.
#pragma once

#include "absl/status/status.h"
#include "runtime/validation/checks/check.h"

namespace triad::validation {

struct Subject;

// Of the type's URL.
absl::Status AddAny(const Subject& subject, Checks& checks);
absl::Status AddDuration(const Subject& subject, Checks& checks);
// A path is among others also where it lies within one of them: "a.b" in "a".
absl::Status AddFieldMask(const Subject& subject, Checks& checks);
// What is about now asks the clock when it is checked.
absl::Status AddTimestamp(const Subject& subject, Checks& checks);

}  // namespace triad::validation

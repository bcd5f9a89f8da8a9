// A line of the log whose fields are chosen as the process runs.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::log {

// See Write.
void WriteChosen(Level level, absl::string_view message, absl::Span<const Field> fields);

}  // namespace triad::log

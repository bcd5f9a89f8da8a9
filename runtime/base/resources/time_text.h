// Times of resources as ProtoJSON has them.
#pragma once

#include <string>

#include "absl/time/time.h"

namespace triad {

// "2026-01-02T03:04:05.678900Z": in UTC, with none, 3, 6 or 9 digits of a second's fraction, as a
// google.protobuf.Timestamp in JSON.
std::string TimeText(absl::Time time);

}  // namespace triad

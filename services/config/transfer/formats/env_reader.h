// Files of entries as lines `KEY=value`.
#pragma once

#include "absl/status/status.h"
#include "services/config/model/value_limits.h"
#include "services/config/transfer/formats/byte_source.h"
#include "services/config/transfer/formats/document_builder.h"

namespace triad::config {

// Reads all of `source` as npm's dotenv does, but that a key may have slashes, and that lines
// which dotenv would pass over are refused. A value is a string; one that is the mask and not
// in quotes is a secret without its value. INVALID_ARGUMENT with the place where it is
// malformed.
absl::Status ReadEnv(const ByteSource& source, const ValueLimits& limits, const TakeEntry& take);

}  // namespace triad::config

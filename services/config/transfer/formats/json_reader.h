// Files of entries in JSON.
#pragma once

#include "absl/status/status.h"
#include "services/config/transfer/formats/byte_source.h"
#include "services/config/transfer/formats/document_builder.h"

namespace triad::config {

// Reads all of `source` into `builder`. INVALID_ARGUMENT with the place where it is malformed.
absl::Status ReadJson(const ByteSource& source, DocumentBuilder& builder);

}  // namespace triad::config

// Files of entries in YAML.
#pragma once

#include "absl/status/status.h"
#include "services/config/transfer/formats/byte_source.h"
#include "services/config/transfer/formats/document_builder.h"

namespace triad::config {

// Reads all of `source`, one document, into `builder`. INVALID_ARGUMENT with the place where it
// is malformed, or has what a file of entries needs not: anchors, aliases, tags but `!!str`,
// keys that are no text.
absl::Status ReadYaml(const ByteSource& source, DocumentBuilder& builder);

}  // namespace triad::config

// Reads a file of entries, whatever its format.
#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "services/config/model/value_limits.h"
#include "services/config/transfer/formats/byte_source.h"
#include "services/config/transfer/formats/file_entry.h"

namespace triad::config {

struct FileLimits {
  ValueLimits values;
  std::int64_t max_entries = 100'000;
};

// Asked before so many bytes more are kept; its error ends the reading.
using Reserve = std::function<absl::Status(std::size_t bytes)>;

// All entries of the file. INVALID_ARGUMENT, with line and column, if it is malformed, has a
// key twice or something that cannot be written, or has too many entries.
absl::StatusOr<FileEntries> ReadFile(FileFormat format, const ByteSource& source,
                                     const FileLimits& limits, const Reserve& reserve);

}  // namespace triad::config

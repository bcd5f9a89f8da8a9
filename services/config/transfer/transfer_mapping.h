// Formats, as requests and media types name them.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/config/transfer/exporter.h"
#include "services/config/transfer/importer.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// INVALID_ARGUMENT, naming the field, here and in the others. JSON if it is not given.
absl::StatusOr<FileFormat> FormatFromProto(v1::Format format);

// The media type of a file that is exported.
absl::string_view MediaTypeOf(FileFormat format);

// Of the first message of an import. Its media type counts where it gives no format.
absl::StatusOr<ImportRequest> ImportFromProto(const v1::ImportEntriesRequest& request);

v1::ImportEntriesResponse ToProto(ImportResult result);

}  // namespace triad::config

// The end of an upload, in a transaction.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "services/storage/content/content_rows.h"
#include "services/storage/rows/upload_rows.h"

namespace triad::storage {

// Deletes the upload of this id with its parts, and releases their content.
absl::Status DropUpload(UploadRows& uploads, ContentRows& content, const std::string& id);

}  // namespace triad::storage

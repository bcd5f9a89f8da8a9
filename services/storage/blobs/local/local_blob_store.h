// Blobs as files below one directory:
//
//   <root>/tmp/<blob>        being written
//   <root>/<2 hex>/<blob>    durable; the digits are the first of its name
//
// Written, synced, renamed, and the directory synced, in this order. What is
// left in tmp by a crash is removed at the next start: the data directory is
// locked, so nobody else can be writing there.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/storage/blobs/blob_store.h"

namespace triad::storage {

// Makes the directories that are missing.
absl::StatusOr<std::unique_ptr<BlobStore>> OpenLocalBlobStore(const std::string& root,
                                                              const BlobStoreParts& parts);

}  // namespace triad::storage

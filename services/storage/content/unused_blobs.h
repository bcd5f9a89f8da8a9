// Blobs that were written for nothing.
#pragma once

#include <string>
#include <vector>

#include "services/storage/blobs/blob_store.h"
#include "services/storage/content/piece_writer.h"

namespace triad::storage {

// What was written for `pieces`.
std::vector<std::string> WrittenBlobs(const std::vector<NewPiece>& pieces);
// Removes them, now that no row can come to name them. One that cannot be removed is found as
// an orphan later.
void RemoveUnused(BlobStore& blobs, const std::vector<std::string>& unused);

}  // namespace triad::storage

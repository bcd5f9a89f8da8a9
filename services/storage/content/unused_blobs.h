// Blobs that were written for nothing.
#pragma once

#include <string>
#include <vector>

#include "services/storage/blobs/blob_store.h"
#include "services/storage/content/piece_writer.h"

namespace triad::storage {

// What was written for `pieces`.
std::vector<std::string> WrittenBlobs(const std::vector<NewPiece>& pieces);
// Removes them, now that no row can come to name them. Ends at the first that cannot be removed,
// as a store that is away would hold up the caller for each: the rest are found as orphans later.
void RemoveUnused(BlobStore& blobs, const std::vector<std::string>& unused);

}  // namespace triad::storage

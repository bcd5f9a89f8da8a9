#include "services/storage/content/unused_blobs.h"

#include "runtime/telemetry/logs/log.h"

namespace triad::storage {

std::vector<std::string> WrittenBlobs(const std::vector<NewPiece>& pieces) {
  std::vector<std::string> blobs;
  for (const NewPiece& piece : pieces) {
    if (piece.blob != nullptr) blobs.push_back(piece.piece.blob);
  }
  return blobs;
}

void RemoveUnused(BlobStore& blobs, const std::vector<std::string>& unused) {
  for (const std::string& blob : unused) {
    absl::Status removed = blobs.Remove(blob);
    if (removed.ok()) continue;
    log::Warning("unused blobs not removed", {{"error", removed.message()}});
    return;
  }
}

}  // namespace triad::storage

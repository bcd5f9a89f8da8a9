// Writes one piece: its bytes, their checksums, and the place that is right for its size.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/sha256.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/checksums/crc.h"
#include "services/storage/content/content_holds.h"
#include "services/storage/model/content.h"

namespace triad::storage {

// A piece that is durable, but for its row or for one more reference.
struct NewPiece {
  Piece piece;  // its id is that of `found`, or of the piece that is kept
  // The blob, in use as long as this lives. Null if the database keeps the bytes, or if
  // equal ones are stored.
  std::unique_ptr<BlobWriter> blob;
  // Equal bytes that are stored already.
  std::optional<ContentHolds::Hold> found = {};
  // It is one of content that the transaction finds in its place.
  bool kept = false;
};

// Not thread-safe.
class PieceWriter {
 public:
  // `blobs` must outlive it, and so must `before`, which writes the blob before of the same
  // content, or is null. Up to `inline_bytes` are kept for the database.
  PieceWriter(BlobStore& blobs, std::int64_t inline_bytes, BlobWriter* before)
      : blobs_(blobs), inline_bytes_(inline_bytes), before_(before) {}

  std::int64_t size() const { return piece_.size; }

  // At most kCutBytes in all. The errors of BlobStore::Create and of BlobWriter.
  absl::Status Append(absl::string_view bytes);
  // Ends what Append gathered: `piece()` is whole then.
  void Finish();
  const Piece& piece() const { return piece_; }
  // The SHA-256 of what was appended, so far.
  const Sha256Hasher& hasher() const { return hasher_; }

  // After Finish: sends the bytes on their way. The piece is durable once its blob is, if it
  // has one. The errors of BlobWriter.
  absl::StatusOr<NewPiece> Send();
  // After Finish: gives the bytes up, as equal ones are stored in piece `id`.
  NewPiece Use(PieceId id, ContentHolds::Hold hold);

 private:
  void EndBlock();

  BlobStore& blobs_;
  const std::int64_t inline_bytes_;
  BlobWriter* const before_;
  Piece piece_;
  std::string start_;  // the bytes, until they are too many for the database
  std::unique_ptr<BlobWriter> blob_;
  Sha256Hasher hasher_;
  Crc32c block_;
  std::int64_t block_size_ = 0;
};

}  // namespace triad::storage

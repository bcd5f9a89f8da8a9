// Reads bytes of one piece, a block at a time, each checked before it leaves.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/model/content.h"

namespace triad::storage {

// Not thread-safe. Blocks.
class PieceReader {
 public:
  // Bytes `offset` to `offset + length` of `piece`, which has them. DATA_LOSS if its blob is
  // missing; the errors of BlobStore::Open. `blobs` must outlive it.
  static absl::StatusOr<std::unique_ptr<PieceReader>> Open(BlobStore& blobs, Piece piece,
                                                           std::int64_t offset,
                                                           std::int64_t length);
  // The same with what Ask gave.
  static absl::StatusOr<std::unique_ptr<PieceReader>> Open(Piece piece, std::int64_t offset,
                                                           std::int64_t length,
                                                           std::unique_ptr<BlobReader> asked);
  // Asks for what Open will read of a piece that is in the blob store, without waiting.
  static absl::StatusOr<std::unique_ptr<BlobReader>> Ask(BlobStore& blobs, const Piece& piece,
                                                         std::int64_t offset, std::int64_t length);

  // How many bytes are still to be read.
  std::int64_t left() const { return end_ - next_; }
  // Whether each block is checked; what is from before there were checksums is not.
  bool checks_blocks() const { return piece_.crc32c.has_value(); }

  // The next `count` bytes; fewer only at the end. DATA_LOSS if they are not as they were
  // written.
  absl::StatusOr<std::string> Read(std::size_t count);

 private:
  PieceReader(Piece piece, std::unique_ptr<BlobReader> blob, std::int64_t offset,
              std::int64_t length);

  // The next whole blocks that have `count` bytes somebody asked for, checked.
  absl::StatusOr<std::string> ReadBlocks(std::size_t count);
  absl::Status Check(absl::string_view blocks) const;

  const Piece piece_;
  const std::unique_ptr<BlobReader> blob_;  // null if the database keeps the bytes
  const std::int64_t end_;                  // of what was asked for
  std::int64_t next_;                       // byte to give out
  std::int64_t next_block_;                 // where the first block begins that was not read
  std::string ready_;                       // bytes that were read for nothing yet, at `next_`
};

}  // namespace triad::storage

// The table `pieces`: bytes that are stored once, and counted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/content.h"

namespace triad::storage {

// A piece that nothing refers to, whose bytes are in the blob store.
struct LoosePiece {
  PieceId id = {};
  std::string blob;
};

// Bytes that are stored already.
struct StoredPiece {
  PieceId id = {};
  bool damaged = false;  // they were, and what is in their place is not right any more
  std::string blob;      // empty if the database keeps them
};

// What the blob store keeps of them.
struct BlobTotals {
  std::int64_t blobs = 0;
  std::int64_t bytes = 0;
};

// Works inside one transaction. Errors are those of db::Session, unless said.
class PieceRows {
 public:
  explicit PieceRows(db::Session& session) : session_(session) {}

  // With one reference to it.
  absl::Status Insert(const Piece& piece);
  absl::StatusOr<std::optional<Piece>> Find(PieceId id);
  // The same of its size and its CRC32C alone, which take little memory.
  absl::StatusOr<std::optional<Piece>> FindSums(PieceId id);
  // A piece of these bytes, one that is not damaged if there is one.
  absl::StatusOr<std::optional<StoredPiece>> FindEqual(const Piece& piece);

  // One reference more. INTERNAL if the piece is not there.
  absl::Status Share(PieceId id);
  // The same for somebody who has given up bytes equal to it. UNAVAILABLE if it is damaged.
  absl::Status ShareIntact(PieceId id);
  // One reference less. What the database keeps is gone with the last; a blob waits for the
  // sweeper: true if it does so now.
  absl::StatusOr<bool> Release(PieceId id);

  absl::Status MarkDamaged(PieceId id);
  // Puts the place and the checksums of `piece` where those of a damaged one were, which had
  // this id, and adds a reference.
  absl::Status Repair(const Piece& piece);

  // At most `limit`, in order of id, after `after`.
  absl::StatusOr<std::vector<LoosePiece>> ListLoose(PieceId after, std::int64_t limit);
  // Removes the row if nothing has come to refer to it: whether that is so.
  absl::StatusOr<bool> Take(PieceId id);

  // Blobs that pieces refer to, greater than `after`, in order.
  absl::StatusOr<std::vector<std::string>> BlobsAfter(const std::string& after, std::int64_t limit);
  // The pieces of such blobs, the same.
  absl::StatusOr<std::vector<Piece>> WithBlobsAfter(const std::string& after, std::int64_t limit);
  absl::StatusOr<BlobTotals> CountBlobs();

 private:
  db::Session& session_;
};

}  // namespace triad::storage

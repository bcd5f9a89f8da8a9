// Writes content: cuts it into pieces, and sends those that are full on their way while the
// next ones fill.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/sha256.h"
#include "runtime/database/database.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/content/content_holds.h"
#include "services/storage/content/piece_writer.h"

namespace triad::storage {

// Where content is.
struct ContentParts {
  db::Database& database;
  BlobStore& blobs;
  ContentHolds& holds;
  // Pieces of up to so many bytes are kept in the database.
  std::int64_t inline_bytes = 16 << 10;
};

// Content that is durable, but for its rows. Its blobs are in use as long as it lives.
struct NewContent {
  std::int64_t size = 0;
  std::string sha256;  // lower-case hex; empty if it is not known
  // Unset if it has pieces of before there were any.
  std::optional<Crc32c> crc32c = Crc32c();
  std::vector<NewPiece> pieces;
};

// Not thread-safe. Blocks.
class ContentWriter {
 public:
  // What `parts` refers to must outlive it.
  explicit ContentWriter(const ContentParts& parts) : parts_(parts) {}
  // Without Finish, or after it failed, nothing of it remains; what cannot be removed is found
  // as an orphan later.
  ~ContentWriter();
  ContentWriter(const ContentWriter&) = delete;
  ContentWriter& operator=(const ContentWriter&) = delete;

  // The errors of PieceWriter.
  absl::Status Append(absl::string_view bytes);
  // Called once, at the end. The errors of PieceWriter, and of the database.
  absl::StatusOr<NewContent> Finish();

 private:
  absl::Status FinishPiece();
  // Waits until all pieces but `left` are durable.
  absl::Status AwaitPieces(std::size_t left);
  // The writer of the last blob that may be on its way; null if there is none.
  BlobWriter* LastOnItsWay();
  // An equal piece that is stored, held; nullopt if there is none.
  absl::StatusOr<std::optional<NewPiece>> FindEqual(PieceWriter& writer);

  const ContentParts parts_;
  NewContent content_;
  std::size_t durable_ = 0;           // pieces of it, the first ones
  std::optional<PieceWriter> piece_;  // that is being written
  // Of all that was appended. Unset until there is a second piece: till then it is the same
  // as the first one's.
  std::optional<Sha256Hasher> hasher_;
};

}  // namespace triad::storage

// Reads content, checked: nothing of a block leaves before its CRC32C was found right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/storage/content/content_holds.h"
#include "services/storage/content/content_writer.h"
#include "services/storage/content/piece_reader.h"
#include "services/storage/model/content.h"

namespace triad::storage {

// Part of content.
struct ByteRange {
  std::int64_t offset = 0;
  std::int64_t length = 0;
};

// The bytes of one range, in order. They stay readable after the object was replaced or
// deleted. Not thread-safe. Blocks.
class ContentReader {
 public:
  // Of one piece whose bytes are at hand, or whose blob nothing can take away.
  static std::unique_ptr<ContentReader> Of(const ContentParts& parts, Piece piece, ByteRange range);
  // NOT_FOUND if the content is being taken away: what referred to it no longer does.
  // DATA_LOSS if its bytes are missing. What `parts` refers to must outlive it.
  static absl::StatusOr<std::unique_ptr<ContentReader>> Open(const ContentParts& parts,
                                                             const Content& content,
                                                             ByteRange range);

  // The next `count` bytes; fewer only at the end of the range. DATA_LOSS if they are not as
  // they were written: then the piece is marked as damaged, so that it is no longer shared.
  absl::StatusOr<std::string> Read(std::size_t count);
  // Goes on with another range of the same content.
  void Seek(ByteRange range);

 private:
  ContentReader(const ContentParts& parts, const Content& content, ByteRange range,
                std::optional<ContentHolds::Hold> hold)
      : parts_(parts), content_(content), range_(range), hold_(std::move(hold)) {}

  // Bytes of one piece; none at its end.
  absl::StatusOr<std::string> ReadPart(std::size_t count);
  // Opens the piece that has the next byte.
  absl::Status OpenNext();
  absl::StatusOr<ListedPiece> NextPiece(std::int64_t offset);
  absl::StatusOr<Piece> Find(PieceId id);
  // Asks for the piece behind the one that is read, shortly before its end, where that pays.
  void AskAhead();
  // Opens `listed_`, where the next byte is.
  absl::Status OpenPiece();
  absl::Status OpenBytesOf(Piece piece);
  // What it means that `blob` is missing: NOT_FOUND if another process has taken the piece
  // away meanwhile, else `missing`.
  absl::Status CheckMissing(const std::string& blob, const absl::Status& missing);
  void MarkDamaged(const absl::Status& status);

  const ContentParts parts_;
  const Content content_;
  ByteRange range_;  // what is still to come
  const std::optional<ContentHolds::Hold> hold_;
  std::vector<ListedPiece> ahead_;  // the next pieces of a list, in reverse
  std::optional<Piece> kept_;       // the only piece, if its bytes are at hand
  // The first of them that is not being read, once it was asked for.
  struct Asked {
    Piece piece;
    std::unique_ptr<BlobReader> blob;
  };
  std::optional<Asked> asked_;
  ListedPiece listed_;  // the piece that is being read
  std::unique_ptr<PieceReader> piece_;
};

}  // namespace triad::storage

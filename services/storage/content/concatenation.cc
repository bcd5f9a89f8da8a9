#include "services/storage/content/concatenation.h"

#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/content/content_reader.h"
#include "services/storage/content/unused_blobs.h"
#include "services/storage/rows/content/list_rows.h"
#include "services/storage/rows/content/piece_rows.h"

namespace triad::storage {
namespace {

constexpr std::size_t kChunk = 1 << 20;
// Pieces that are read from the database at a time.
constexpr std::int64_t kPage = 1000;

}  // namespace

// What Finish has not handed on: it was folded, or something failed. No row can name it.
Concatenation::~Concatenation() { RemoveUnused(parts_.blobs, WrittenBlobs(pieces_)); }

absl::Status Concatenation::Add(const Content& content) {
  bool first = pieces_.empty();
  std::optional<ContentHolds::Hold> hold;
  if (content.piece.has_value()) hold = parts_.holds.TryHold(*content.piece);
  if (content.list.has_value()) hold = parts_.holds.TryHold(*content.list);
  if (!hold.has_value()) {
    return content == Content() ? absl::OkStatus()
                                : absl::NotFoundError("the content is being removed");
  }
  holds_.push_back(*std::move(hold));
  if (content.piece.has_value()) {
    TRIAD_RETURN_IF_ERROR(AddPieces({{*content.piece, 0, 0}}));
  }
  std::int64_t offset = 0;
  while (content.list.has_value()) {
    auto page = [&](db::Session& session) {
      return ListRows(session).From(*content.list, offset, kPage);
    };
    TRIAD_ASSIGN_OR_RETURN(std::vector<ListedPiece> listed, db::Read(parts_.database, page));
    TRIAD_RETURN_IF_ERROR(AddPieces(listed));
    if (static_cast<std::int64_t>(listed.size()) < kPage) break;
    offset = listed.back().start + listed.back().size;
  }
  if (first) settled_ = pieces_.size();
  return absl::OkStatus();
}

absl::Status Concatenation::AddPieces(const std::vector<ListedPiece>& listed) {
  if (pieces_.size() + listed.size() > kMaxPieces) {
    return absl::OutOfRangeError(
        absl::StrCat("the content would be of more than ", kMaxPieces, " pieces"));
  }
  return parts_.database.Read([&](db::Session& session) -> absl::Status {
    for (const ListedPiece& one : listed) {
      TRIAD_ASSIGN_OR_RETURN(std::optional<Piece> piece, PieceRows(session).FindSums(one.piece));
      if (!piece.has_value()) return absl::NotFoundError("the content was removed");
      NewPiece kept{*std::move(piece), nullptr};
      kept.kept = true;
      pieces_.push_back(std::move(kept));
    }
    return absl::OkStatus();
  });
}

void Concatenation::Add(NewContent content) {
  std::move(content.pieces.begin(), content.pieces.end(), std::back_inserter(pieces_));
}

absl::StatusOr<NewContent> Concatenation::Finish() {
  std::vector<std::int64_t> sizes;
  sizes.reserve(pieces_.size());
  for (const NewPiece& piece : pieces_) sizes.push_back(piece.piece.size);
  FoldPlan plan(sizes, settled_);
  NewContent content;
  std::size_t next = 0;
  for (const FoldGroup& group : plan.groups()) {
    if (group.pieces == 1) {
      content.pieces.push_back(std::move(pieces_[next]));
    } else {
      TRIAD_ASSIGN_OR_RETURN(NewContent folded, Rewrite(next, group.pieces));
      std::move(folded.pieces.begin(), folded.pieces.end(), std::back_inserter(content.pieces));
    }
    next += group.pieces;
  }
  for (const NewPiece& piece : content.pieces) {
    content.size += piece.piece.size;
    if (!piece.piece.crc32c.has_value()) content.crc32c.reset();
    if (!content.crc32c.has_value()) continue;
    content.crc32c = Crc32c::Combine(*content.crc32c, *piece.piece.crc32c,
                                     static_cast<std::uint64_t>(piece.piece.size));
  }
  return content;
}

absl::StatusOr<NewContent> Concatenation::Rewrite(std::size_t first, std::size_t count) {
  ContentWriter writer(parts_);
  for (std::size_t i = first; i < first + count; ++i) {
    TRIAD_RETURN_IF_ERROR(CopyPiece(pieces_[i], writer));
  }
  return writer.Finish();
}

absl::Status Concatenation::CopyPiece(const NewPiece& piece, ContentWriter& writer) {
  ByteRange all{0, piece.piece.size};
  std::unique_ptr<ContentReader> reader;
  if (piece.kept || piece.found.has_value()) {
    Content stored;
    stored.piece = piece.piece.id;
    TRIAD_ASSIGN_OR_RETURN(reader, ContentReader::Open(parts_, stored, all));
  } else {
    reader = ContentReader::Of(parts_, piece.piece, all);
  }
  for (;;) {
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, reader->Read(kChunk));
    if (bytes.empty()) return absl::OkStatus();
    TRIAD_RETURN_IF_ERROR(writer.Append(bytes));
  }
}

}  // namespace triad::storage

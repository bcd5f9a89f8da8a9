#include "services/storage/content/content_reader.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
#include "services/storage/rows/content/list_rows.h"
#include "services/storage/rows/content/piece_rows.h"

namespace triad::storage {
namespace {

// Pieces of a list that are read from the database at a time.
constexpr std::int64_t kPage = 256;
// Of a piece, when the next one is asked for: what comes meanwhile is enough for its answer to
// begin, and a slow reader does not keep a second connection for long.
constexpr std::int64_t kAskAheadBytes = 4 << 20;

}  // namespace

std::unique_ptr<ContentReader> ContentReader::Of(const ContentParts& parts, Piece piece,
                                                 ByteRange range) {
  Content content;
  content.piece = piece.id;
  std::unique_ptr<ContentReader> reader(new ContentReader(parts, content, range, std::nullopt));
  reader->kept_ = std::move(piece);
  return reader;
}

absl::StatusOr<std::unique_ptr<ContentReader>> ContentReader::Open(const ContentParts& parts,
                                                                   const Content& content,
                                                                   ByteRange range) {
  std::optional<ContentHolds::Hold> hold;
  if (content.piece.has_value()) hold = parts.holds.TryHold(*content.piece);
  if (content.list.has_value()) hold = parts.holds.TryHold(*content.list);
  if (!hold.has_value() && content != Content()) {
    return absl::NotFoundError("the content is being removed");
  }
  std::unique_ptr<ContentReader> reader(new ContentReader(parts, content, range, std::move(hold)));
  if (range.length > 0) TRIAD_RETURN_IF_ERROR(reader->OpenNext());
  return reader;
}

absl::StatusOr<std::string> ContentReader::Read(std::size_t count) {
  count = std::min(count, static_cast<std::size_t>(range_.length));
  std::string bytes;
  while (bytes.size() < count) {
    TRIAD_ASSIGN_OR_RETURN(std::string part, ReadPart(count - bytes.size()));
    range_.offset += static_cast<std::int64_t>(part.size());
    range_.length -= static_cast<std::int64_t>(part.size());
    if (part.empty()) {
      piece_ = nullptr;
    } else {
      AskAhead();
    }
    if (bytes.empty()) {
      bytes = std::move(part);
    } else {
      bytes.append(part);
    }
  }
  return bytes;
}

void ContentReader::Seek(ByteRange range) {
  range_ = range;
  ahead_.clear();
  asked_.reset();
  piece_ = nullptr;
}

absl::StatusOr<std::string> ContentReader::ReadPart(std::size_t count) {
  if (piece_ == nullptr) TRIAD_RETURN_IF_ERROR(OpenNext());
  absl::StatusOr<std::string> part = piece_->Read(count);
  if (absl::IsDataLoss(part.status()) && piece_->checks_blocks()) {
    // The bytes may have changed on their way only: they are asked for once more.
    TRIAD_RETURN_IF_ERROR(OpenPiece());
    part = piece_->Read(count);
  }
  if (absl::IsDataLoss(part.status())) MarkDamaged(part.status());
  return part;
}

absl::Status ContentReader::OpenNext() {
  TRIAD_ASSIGN_OR_RETURN(listed_, NextPiece(range_.offset));
  if (!asked_.has_value()) return OpenPiece();
  std::int64_t offset = range_.offset - listed_.start;
  std::int64_t length = std::min(range_.length, asked_->piece.size - offset);
  absl::StatusOr<std::unique_ptr<PieceReader>> opened =
      PieceReader::Open(std::move(asked_->piece), offset, length, std::move(asked_->blob));
  asked_.reset();
  // It may have been put elsewhere since it was asked for.
  if (!opened.ok()) return OpenPiece();
  piece_ = *std::move(opened);
  return absl::OkStatus();
}

void ContentReader::AskAhead() {
  std::int64_t left = piece_->left();
  std::int64_t length = range_.length - left;
  if (asked_.has_value() || left > kAskAheadBytes || length <= 0) return;
  if (!parts_.blobs.AsksAhead()) return;
  absl::StatusOr<ListedPiece> next = NextPiece(range_.offset + left);
  // What fails here is met again when the piece is opened.
  if (!next.ok()) return;
  ahead_.push_back(*next);
  absl::StatusOr<Piece> piece = Find(next->piece);
  if (!piece.ok()) return;
  absl::StatusOr<std::unique_ptr<BlobReader>> blob = nullptr;
  if (!piece->bytes.has_value()) {
    blob = PieceReader::Ask(parts_.blobs, *piece, 0, std::min(length, piece->size));
    if (!blob.ok()) return;
  }
  asked_ = Asked{*std::move(piece), *std::move(blob)};
}

absl::Status ContentReader::OpenPiece() {
  if (kept_.has_value()) return OpenBytesOf(*kept_);
  TRIAD_ASSIGN_OR_RETURN(Piece piece, Find(listed_.piece));
  return OpenBytesOf(std::move(piece));
}

absl::StatusOr<Piece> ContentReader::Find(PieceId id) {
  auto get = [&](db::Session& session) { return PieceRows(session).Find(id); };
  TRIAD_ASSIGN_OR_RETURN(std::optional<Piece> piece, db::Read(parts_.database, get));
  if (piece.has_value()) return *std::move(piece);
  return absl::NotFoundError("the content was removed");
}

absl::Status ContentReader::OpenBytesOf(Piece piece) {
  std::int64_t offset = range_.offset - listed_.start;
  std::int64_t length = std::min(range_.length, piece.size - offset);
  if (length <= 0) return absl::DataLossError("the content is shorter than its object says");
  std::string blob = piece.blob;
  absl::StatusOr<std::unique_ptr<PieceReader>> opened =
      PieceReader::Open(parts_.blobs, std::move(piece), offset, length);
  if (absl::IsDataLoss(opened.status())) return CheckMissing(blob, opened.status());
  if (!opened.ok()) return std::move(opened).status();
  piece_ = *std::move(opened);
  return absl::OkStatus();
}

absl::Status ContentReader::CheckMissing(const std::string& blob, const absl::Status& missing) {
  auto get = [&](db::Session& session) { return PieceRows(session).Find(listed_.piece); };
  TRIAD_ASSIGN_OR_RETURN(std::optional<Piece> piece, db::Read(parts_.database, get));
  if (!piece.has_value() || piece->blob != blob) {
    return absl::NotFoundError("the content was removed");
  }
  MarkDamaged(missing);
  return missing;
}

absl::StatusOr<ListedPiece> ContentReader::NextPiece(std::int64_t offset) {
  if (content_.piece.has_value()) return ListedPiece{*content_.piece, 0, 0};
  if (ahead_.empty()) {
    auto list = [&](db::Session& session) {
      return ListRows(session).From(*content_.list, offset, kPage);
    };
    TRIAD_ASSIGN_OR_RETURN(ahead_, db::Read(parts_.database, list));
    if (ahead_.empty()) return absl::NotFoundError("the content was removed");
    std::reverse(ahead_.begin(), ahead_.end());
  }
  ListedPiece next = ahead_.back();
  ahead_.pop_back();
  return next;
}

void ContentReader::MarkDamaged(const absl::Status& status) {
  absl::Status marked = parts_.database.Write(
      [id = listed_.piece](db::Session& session) { return PieceRows(session).MarkDamaged(id); });
  // The call that meets it is reported as an error itself.
  log::Warning("content is damaged",
               {{"error", status.message()}, {"marked", marked.ok() ? "yes" : marked.message()}});
}

}  // namespace triad::storage

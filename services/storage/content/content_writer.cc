#include "services/storage/content/content_writer.h"

#include <algorithm>
#include <utility>

#include "runtime/base/status.h"
#include "services/storage/content/unused_blobs.h"
#include "services/storage/rows/content/piece_rows.h"

namespace triad::storage {
namespace {

// While one more is gathered.
constexpr std::size_t kPiecesOnTheirWay = 2;

}  // namespace

ContentWriter::~ContentWriter() {
  std::vector<std::string> written = WrittenBlobs(content_.pieces);
  // What is on its way is given up first, so that it does not arrive later.
  content_.pieces.clear();
  RemoveUnused(parts_.blobs, written);
}

absl::Status ContentWriter::Append(absl::string_view bytes) {
  while (!bytes.empty()) {
    if (piece_.has_value() && piece_->size() == kCutBytes) {
      if (!hasher_.has_value()) hasher_ = piece_->hasher().Copy();
      TRIAD_RETURN_IF_ERROR(FinishPiece());
    }
    if (!piece_.has_value()) piece_.emplace(parts_.blobs, parts_.inline_bytes, LastOnItsWay());
    absl::string_view part = bytes.substr(0, static_cast<std::size_t>(kCutBytes - piece_->size()));
    TRIAD_RETURN_IF_ERROR(piece_->Append(part));
    if (hasher_.has_value()) hasher_->Update(part);
    content_.size += static_cast<std::int64_t>(part.size());
    bytes.remove_prefix(part.size());
  }
  return absl::OkStatus();
}

absl::StatusOr<NewContent> ContentWriter::Finish() {
  if (piece_.has_value()) TRIAD_RETURN_IF_ERROR(FinishPiece());
  TRIAD_RETURN_IF_ERROR(AwaitPieces(0));
  if (hasher_.has_value()) {
    content_.sha256 = hasher_->Finish().hex();
  } else {
    content_.sha256 =
        content_.pieces.empty() ? Sha256::Of("").hex() : content_.pieces.front().piece.sha256;
  }
  return std::exchange(content_, {});
}

absl::Status ContentWriter::FinishPiece() {
  piece_->Finish();
  content_.crc32c = Crc32c::Combine(content_.crc32c.value(), piece_->piece().crc32c.value(),
                                    static_cast<std::uint64_t>(piece_->size()));
  TRIAD_ASSIGN_OR_RETURN(std::optional<NewPiece> found, FindEqual(*piece_));
  if (found.has_value()) {
    content_.pieces.push_back(*std::move(found));
  } else {
    TRIAD_ASSIGN_OR_RETURN(NewPiece sent, piece_->Send());
    content_.pieces.push_back(std::move(sent));
  }
  piece_.reset();
  return AwaitPieces(kPiecesOnTheirWay);
}

absl::Status ContentWriter::AwaitPieces(std::size_t left) {
  for (; content_.pieces.size() - durable_ > left; ++durable_) {
    BlobWriter* blob = content_.pieces[durable_].blob.get();
    if (blob != nullptr) TRIAD_RETURN_IF_ERROR(blob->MakeDurable());
  }
  return absl::OkStatus();
}

BlobWriter* ContentWriter::LastOnItsWay() {
  for (std::size_t i = content_.pieces.size(); i > durable_; --i) {
    if (content_.pieces[i - 1].blob != nullptr) return content_.pieces[i - 1].blob.get();
  }
  return nullptr;
}

// Only for what would be written to the blob store: the transaction that makes the rows looks
// for equal bytes in any case.
absl::StatusOr<std::optional<NewPiece>> ContentWriter::FindEqual(PieceWriter& writer) {
  const Piece& piece = writer.piece();
  if (piece.size <= parts_.inline_bytes) return std::nullopt;
  auto find = [&](db::Session& session) { return PieceRows(session).FindEqual(piece); };
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredPiece> found, db::Read(parts_.database, find));
  if (!found.has_value() || found->damaged) return std::nullopt;
  std::optional<ContentHolds::Hold> hold = parts_.holds.TryHold(found->id);
  if (!hold.has_value()) return std::nullopt;
  // It may have been taken away between the two.
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredPiece> again, db::Read(parts_.database, find));
  if (!again.has_value() || again->damaged || again->id != found->id) return std::nullopt;
  return writer.Use(found->id, *std::move(hold));
}

}  // namespace triad::storage

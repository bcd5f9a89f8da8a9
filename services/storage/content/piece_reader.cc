#include "services/storage/content/piece_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::storage {
namespace {

constexpr std::size_t kSumBytes = 4;

std::int64_t BlockFloor(std::int64_t offset) { return offset / kBlockBytes * kBlockBytes; }
std::int64_t BlockCeiling(std::int64_t offset) { return BlockFloor(offset + kBlockBytes - 1); }

absl::Status Damaged(const Piece& piece, absl::string_view how) {
  return absl::DataLossError(
      absl::StrCat("piece ", static_cast<std::int64_t>(piece.id), " of the content ", how));
}

// The whole blocks that have the range.
BlobRange RangeOf(const Piece& piece, std::int64_t offset, std::int64_t length) {
  if (!piece.crc32c.has_value()) {
    return {offset, length, length == piece.size ? piece.sha256 : ""};
  }
  std::int64_t first = BlockFloor(offset);
  return {first, std::min(BlockCeiling(offset + length), piece.size) - first, ""};
}

// What it means for the piece that opening its blob ended so.
absl::Status OfPiece(const Piece& piece, const absl::Status& opened) {
  return absl::IsNotFound(opened) ? Damaged(piece, "is missing") : opened;
}

}  // namespace

absl::StatusOr<std::unique_ptr<PieceReader>> PieceReader::Open(BlobStore& blobs, Piece piece,
                                                               std::int64_t offset,
                                                               std::int64_t length) {
  if (piece.bytes.has_value()) return Open(std::move(piece), offset, length, nullptr);
  absl::StatusOr<std::unique_ptr<BlobReader>> asked = Ask(blobs, piece, offset, length);
  if (!asked.ok()) return OfPiece(piece, asked.status());
  return Open(std::move(piece), offset, length, *std::move(asked));
}

absl::StatusOr<std::unique_ptr<PieceReader>> PieceReader::Open(Piece piece, std::int64_t offset,
                                                               std::int64_t length,
                                                               std::unique_ptr<BlobReader> asked) {
  if (asked != nullptr) TRIAD_RETURN_IF_ERROR(OfPiece(piece, asked->Await()));
  return std::unique_ptr<PieceReader>(
      new PieceReader(std::move(piece), std::move(asked), offset, length));
}

absl::StatusOr<std::unique_ptr<BlobReader>> PieceReader::Ask(BlobStore& blobs, const Piece& piece,
                                                             std::int64_t offset,
                                                             std::int64_t length) {
  return blobs.Ask(piece.blob, RangeOf(piece, offset, length));
}

PieceReader::PieceReader(Piece piece, std::unique_ptr<BlobReader> blob, std::int64_t offset,
                         std::int64_t length)
    : piece_(std::move(piece)),
      blob_(std::move(blob)),
      end_(offset + length),
      next_(offset),
      // What has no checksums is read from where it was asked for.
      next_block_(piece_.crc32c.has_value() ? BlockFloor(offset) : offset) {}

absl::StatusOr<std::string> PieceReader::Read(std::size_t count) {
  count = std::min(count, static_cast<std::size_t>(end_ - next_));
  std::string bytes = ready_.substr(0, count);
  ready_.erase(0, bytes.size());
  next_ += static_cast<std::int64_t>(bytes.size());
  if (bytes.size() == count) return bytes;
  std::int64_t skipped = next_ - next_block_;
  std::size_t missing = count - bytes.size();
  TRIAD_ASSIGN_OR_RETURN(std::string blocks, ReadBlocks(missing));
  next_ += static_cast<std::int64_t>(missing);
  // Most reads ask for whole blocks, which are handed on as they are.
  if (skipped == 0 && bytes.empty() && blocks.size() == count) return blocks;
  bytes.append(blocks, static_cast<std::size_t>(skipped), missing);
  ready_ = blocks.substr(static_cast<std::size_t>(skipped) + missing);
  return bytes;
}

absl::StatusOr<std::string> PieceReader::ReadBlocks(std::size_t count) {
  std::int64_t until = next_ + static_cast<std::int64_t>(count);
  if (piece_.crc32c.has_value()) until = std::min(BlockCeiling(until), piece_.size);
  auto size = static_cast<std::size_t>(until - next_block_);
  std::string blocks;
  if (blob_ == nullptr) {
    blocks = piece_.bytes->substr(static_cast<std::size_t>(next_block_), size);
  } else {
    TRIAD_ASSIGN_OR_RETURN(blocks, blob_->Read(size));
  }
  if (blocks.size() != size) return Damaged(piece_, "is cut short");
  TRIAD_RETURN_IF_ERROR(Check(blocks));
  next_block_ = until;
  return blocks;
}

absl::Status PieceReader::Check(absl::string_view blocks) const {
  if (!piece_.crc32c.has_value()) return absl::OkStatus();
  for (auto block = static_cast<std::size_t>(next_block_ / kBlockBytes); !blocks.empty(); ++block) {
    absl::string_view bytes = blocks.substr(0, kBlockBytes);
    std::string sum = piece_.crc32c->bytes();
    if (!piece_.blocks.empty()) sum = piece_.blocks.substr(block * kSumBytes, kSumBytes);
    if (Crc32c::Of(bytes).bytes() != sum) return Damaged(piece_, "is not as it was written");
    blocks.remove_prefix(bytes.size());
  }
  return absl::OkStatus();
}

}  // namespace triad::storage

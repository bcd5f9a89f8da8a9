#include "services/storage/content/piece_writer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::storage {

absl::Status PieceWriter::Append(absl::string_view bytes) {
  piece_.size += static_cast<std::int64_t>(bytes.size());
  hasher_.Update(bytes);
  for (absl::string_view rest = bytes; !rest.empty();) {
    auto room = static_cast<std::size_t>(kBlockBytes - block_size_);
    absl::string_view part = rest.substr(0, room);
    block_.Extend(part);
    block_size_ += static_cast<std::int64_t>(part.size());
    if (block_size_ == kBlockBytes) EndBlock();
    rest.remove_prefix(part.size());
  }
  if (blob_ != nullptr) return blob_->Append(bytes);
  if (piece_.size <= inline_bytes_) {
    absl::StrAppend(&start_, bytes);
    return absl::OkStatus();
  }
  TRIAD_ASSIGN_OR_RETURN(blob_, before_ != nullptr ? before_->Next() : blobs_.Create());
  if (!start_.empty()) TRIAD_RETURN_IF_ERROR(blob_->Append(std::exchange(start_, {})));
  return blob_->Append(bytes);
}

void PieceWriter::EndBlock() {
  piece_.blocks += block_.bytes();
  piece_.crc32c = Crc32c::Combine(piece_.crc32c.value_or(Crc32c()), block_,
                                  static_cast<std::uint64_t>(block_size_));
  block_ = Crc32c();
  block_size_ = 0;
}

void PieceWriter::Finish() {
  if (block_size_ > 0 || !piece_.crc32c.has_value()) EndBlock();
  if (piece_.size <= kBlockBytes) piece_.blocks.clear();
  piece_.sha256 = hasher_.Finish().hex();
}

absl::StatusOr<NewPiece> PieceWriter::Send() {
  if (blob_ == nullptr) {
    piece_.bytes = std::move(start_);
  } else {
    TRIAD_RETURN_IF_ERROR(blob_->Send(piece_.sha256));
    piece_.blob = blob_->blob();
  }
  return NewPiece{std::move(piece_), std::move(blob_), std::nullopt};
}

NewPiece PieceWriter::Use(PieceId id, ContentHolds::Hold hold) {
  blob_.reset();
  piece_.id = id;
  return NewPiece{std::move(piece_), nullptr, std::move(hold)};
}

}  // namespace triad::storage

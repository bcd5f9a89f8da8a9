#include "services/storage/move/blob_mover.h"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/sha256.h"
#include "runtime/base/status.h"
#include "services/storage/content/piece_reader.h"
#include "services/storage/rows/content/piece_users.h"

namespace triad::storage {
namespace {

constexpr int kThreads = 4;
constexpr std::int64_t kPage = 256;
constexpr std::size_t kChunk = 1 << 20;
constexpr std::int64_t kNamedObjects = 3;
// When so many are missing, and none is there, they are elsewhere.
constexpr std::int64_t kMissingAtFirst = 16;

}  // namespace

absl::StatusOr<MoveProgress> BlobMover::Run() {
  TRIAD_ASSIGN_OR_RETURN(BlobTotals all, db::Read(database_, [](db::Session& session) {
                           return PieceRows(session).CountBlobs();
                         }));
  {
    MutexLock lock(mutex_);
    progress_.all = all;
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([this] { Work(); });
  for (std::thread& thread : threads) thread.join();
  MutexLock lock(mutex_);
  TRIAD_RETURN_IF_ERROR(failed_);
  return progress_;
}

void BlobMover::Work() {
  while (true) {
    absl::StatusOr<std::optional<Piece>> piece = std::nullopt;
    {
      MutexLock lock(mutex_);
      if (!failed_.ok()) return;
      piece = NextPiece();
      failed_.Update(piece.status());
      if (!piece.ok() || !piece->has_value()) return;
    }
    absl::Status moved = Move(**piece);
    MutexLock lock(mutex_);
    failed_.Update(moved);
  }
}

absl::StatusOr<std::optional<Piece>> BlobMover::NextPiece() {
  if (page_.empty()) {
    TRIAD_ASSIGN_OR_RETURN(page_, db::Read(database_, [&](db::Session& session) {
                             return PieceRows(session).WithBlobsAfter(last_, kPage);
                           }));
    if (page_.empty()) return std::nullopt;
    last_ = page_.back().blob;
    std::reverse(page_.begin(), page_.end());
  }
  Piece next = std::move(page_.back());
  page_.pop_back();
  return next;
}

absl::Status BlobMover::Move(const Piece& piece) {
  absl::Status found = ReadWhole(to_, piece, [](absl::string_view) { return absl::OkStatus(); });
  if (found.ok()) {
    Count(&MoveProgress::found, piece);
    return found;
  }
  if (!absl::IsDataLoss(found)) return found;
  absl::Status copied = Copy(piece);
  // The bytes may have changed on their way only.
  if (absl::IsDataLoss(copied)) copied = Copy(piece);
  if (absl::IsDataLoss(copied)) return ReportDamage(piece, copied);
  TRIAD_RETURN_IF_ERROR(copied);
  Count(&MoveProgress::copied, piece);
  return absl::OkStatus();
}

absl::Status BlobMover::Copy(const Piece& piece) {
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<BlobWriter> writer, to_.CreateAs(piece.blob));
  TRIAD_RETURN_IF_ERROR(
      ReadWhole(from_, piece, [&](absl::string_view bytes) { return writer->Append(bytes); }));
  TRIAD_RETURN_IF_ERROR(writer->Send(piece.sha256));
  return writer->MakeDurable();
}

absl::Status BlobMover::ReadWhole(BlobStore& blobs, const Piece& piece, const Use& use) {
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<PieceReader> reader,
                         PieceReader::Open(blobs, piece, 0, piece.size));
  Sha256Hasher hasher;
  while (true) {
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, reader->Read(kChunk));
    if (bytes.empty()) break;
    hasher.Update(bytes);
    TRIAD_RETURN_IF_ERROR(use(bytes));
  }
  if (hasher.Finish().hex() == piece.sha256) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("piece ", static_cast<std::int64_t>(piece.id),
                                          " of the content is not as it was written"));
}

absl::Status BlobMover::ReportDamage(const Piece& piece, const absl::Status& damage) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> users,
                         db::Read(database_, [&](db::Session& session) {
                           return PieceUsers(session).List(piece.id, kNamedObjects);
                         }));
  std::string of = users.empty() ? "nothing that is left" : absl::StrJoin(users, ", ");
  MutexLock lock(mutex_);
  ++progress_.damaged;
  listener_.on_damage(absl::StrCat("blob ", piece.blob, ": ", damage.message(), "; it is of ", of));
  if (progress_.damaged == kMissingAtFirst && progress_.copied.blobs == 0 &&
      progress_.found.blobs == 0) {
    return absl::FailedPreconditionError("none of the first blobs is there: correct --blobs");
  }
  listener_.on_progress(progress_);
  return absl::OkStatus();
}

void BlobMover::Count(BlobTotals MoveProgress::*totals, const Piece& piece) {
  MutexLock lock(mutex_);
  ++(progress_.*totals).blobs;
  (progress_.*totals).bytes += piece.size;
  listener_.on_progress(progress_);
}

}  // namespace triad::storage

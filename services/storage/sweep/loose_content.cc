#include "services/storage/sweep/loose_content.h"

#include <optional>
#include <utility>
#include <vector>

#include "runtime/base/status.h"
#include "services/storage/rows/content/garbage_rows.h"
#include "services/storage/rows/content/list_rows.h"
#include "services/storage/rows/content/piece_rows.h"

namespace triad::storage {
namespace {

// Rows per transaction, so that none of them keeps others waiting for long.
constexpr std::int64_t kPage = 500;

}  // namespace

absl::Status LooseContent::TakeListsApart(Stopping stopping) {
  ListId last = {};
  while (!stopping()) {
    auto list = [&](db::Session& session) { return ListRows(session).ListLoose(last, kPage); };
    TRIAD_ASSIGN_OR_RETURN(std::vector<ListId> loose, db::Read(database_, list));
    if (loose.empty()) break;
    last = loose.back();
    for (ListId id : loose) {
      std::optional<ContentHolds::Hold> taken = holds_.TryTake(id);
      if (taken.has_value()) TRIAD_RETURN_IF_ERROR(TakeApart(id, stopping));
    }
  }
  return absl::OkStatus();
}

absl::Status LooseContent::TakeApart(ListId id, Stopping stopping) {
  bool more = true;
  while (more && !stopping()) {
    TRIAD_RETURN_IF_ERROR(database_.Write([&](db::Session& session) -> absl::Status {
      TRIAD_ASSIGN_OR_RETURN(std::vector<PieceId> pieces, ListRows(session).TakeApart(id, kPage));
      for (PieceId piece : pieces) {
        TRIAD_RETURN_IF_ERROR(PieceRows(session).Release(piece).status());
      }
      more = static_cast<std::int64_t>(pieces.size()) == kPage;
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

absl::Status LooseContent::TakePieces(Stopping stopping) {
  PieceId last = {};
  while (!stopping()) {
    auto list = [&](db::Session& session) { return PieceRows(session).ListLoose(last, kPage); };
    TRIAD_ASSIGN_OR_RETURN(std::vector<LoosePiece> loose, db::Read(database_, list));
    if (loose.empty()) break;
    last = loose.back().id;
    std::vector<ContentHolds::Hold> taken;
    std::vector<LoosePiece> pieces;
    for (LoosePiece& piece : loose) {
      std::optional<ContentHolds::Hold> hold = holds_.TryTake(piece.id);
      if (!hold.has_value()) continue;
      taken.push_back(*std::move(hold));
      pieces.push_back(std::move(piece));
    }
    absl::Time now = clock_.Now();
    TRIAD_RETURN_IF_ERROR(database_.Write([&](db::Session& session) -> absl::Status {
      for (const LoosePiece& piece : pieces) {
        TRIAD_ASSIGN_OR_RETURN(bool gone, PieceRows(session).Take(piece.id));
        if (gone) TRIAD_RETURN_IF_ERROR(GarbageRows(session).Insert(piece.blob, now));
      }
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

}  // namespace triad::storage

#include "services/storage/content/content_rows.h"

#include <optional>

#include "runtime/base/status.h"
#include "services/storage/rows/content/garbage_rows.h"
#include "services/storage/rows/content/list_rows.h"
#include "services/storage/rows/content/piece_rows.h"

namespace triad::storage {

absl::StatusOr<AddedContent> ContentRows::Add(const NewContent& content, Numbers& numbers) {
  AddedContent added;
  if (content.pieces.empty()) return added;
  std::vector<ListedPiece> listed;
  std::int64_t start = 0;
  for (const NewPiece& piece : content.pieces) {
    TRIAD_ASSIGN_OR_RETURN(PieceId id, AddPiece(piece, numbers, added.unused));
    listed.push_back({id, start, piece.piece.size});
    start += piece.piece.size;
  }
  if (listed.size() == 1) {
    added.content.piece = listed.front().piece;
    return added;
  }
  added.content.list = ListId{numbers.Next()};
  TRIAD_RETURN_IF_ERROR(ListRows(session_).Insert(*added.content.list, listed));
  return added;
}

absl::StatusOr<PieceId> ContentRows::AddPiece(const NewPiece& piece, Numbers& numbers,
                                              std::vector<std::string>& unused) {
  PieceRows pieces(session_);
  if (piece.kept) {
    TRIAD_RETURN_IF_ERROR(pieces.Share(piece.piece.id));
    return piece.piece.id;
  }
  if (piece.found.has_value()) {
    TRIAD_RETURN_IF_ERROR(pieces.ShareIntact(piece.piece.id));
    return piece.piece.id;
  }
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredPiece> equal, pieces.FindEqual(piece.piece));
  Piece row = piece.piece;
  if (!equal.has_value()) {
    row.id = PieceId{numbers.Next()};
    TRIAD_RETURN_IF_ERROR(pieces.Insert(row));
    return row.id;
  }
  row.id = equal->id;
  if (!equal->damaged) {
    TRIAD_RETURN_IF_ERROR(pieces.Share(equal->id));
    if (!row.blob.empty()) unused.push_back(row.blob);
    return equal->id;
  }
  TRIAD_RETURN_IF_ERROR(pieces.Repair(row));
  if (!equal->blob.empty()) {
    TRIAD_RETURN_IF_ERROR(GarbageRows(session_).Insert(equal->blob, now_));
    made_garbage_ = true;
  }
  return equal->id;
}

absl::Status ContentRows::Share(const Content& content) {
  if (content.piece.has_value()) return PieceRows(session_).Share(*content.piece);
  if (content.list.has_value()) return ListRows(session_).Share(*content.list);
  return absl::OkStatus();
}

absl::Status ContentRows::Release(const Content& content) {
  if (content.piece.has_value()) {
    TRIAD_ASSIGN_OR_RETURN(bool loose, PieceRows(session_).Release(*content.piece));
    made_garbage_ |= loose;
  }
  if (content.list.has_value()) {
    TRIAD_ASSIGN_OR_RETURN(bool loose, ListRows(session_).Release(*content.list));
    made_garbage_ |= loose;
  }
  return absl::OkStatus();
}

}  // namespace triad::storage

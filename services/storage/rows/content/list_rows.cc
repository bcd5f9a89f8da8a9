#include "services/storage/rows/content/list_rows.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::storage {
namespace {

std::int64_t ToInt(ListId id) { return static_cast<std::int64_t>(id); }

}  // namespace

absl::Status ListRows::Insert(ListId id, absl::Span<const ListedPiece> pieces) {
  TRIAD_RETURN_IF_ERROR(
      session_.Execute("INSERT INTO lists (id, refs) VALUES ($1, 1)", {ToInt(id)}).status());
  for (const ListedPiece& piece : pieces) {
    TRIAD_RETURN_IF_ERROR(
        session_
            .Execute("INSERT INTO list_pieces (list, start, piece, size) VALUES ($1, $2, $3, $4)",
                     {ToInt(id), piece.start, static_cast<std::int64_t>(piece.piece), piece.size})
            .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ListedPiece>> ListRows::From(ListId id, std::int64_t offset,
                                                        std::int64_t limit) {
  return db::QueryEach(
      session_,
      "SELECT piece, start, size FROM list_pieces WHERE list = $1 AND start >= "
      "coalesce((SELECT max(start) FROM list_pieces WHERE list = $1 AND start <= $2), 0) "
      "ORDER BY start LIMIT $3",
      {ToInt(id), offset, limit}, [](const db::Row& row) {
        return ListedPiece{PieceId{row.Int(0)}, row.Int(1), row.Int(2)};
      });
}

absl::Status ListRows::Share(ListId id) {
  TRIAD_ASSIGN_OR_RETURN(
      std::int64_t shared,
      session_.Execute("UPDATE lists SET refs = refs + 1 WHERE id = $1", {ToInt(id)}));
  if (shared == 1) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("list ", ToInt(id), " is not in the database"));
}

absl::StatusOr<bool> ListRows::Release(ListId id) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::KeptRow> rows,
      session_.Query("UPDATE lists SET refs = refs - 1 WHERE id = $1 RETURNING refs", {ToInt(id)}));
  if (!rows.empty()) return rows.front().Int(0) == 0;
  return absl::InternalError(absl::StrCat("list ", ToInt(id), " is not in the database"));
}

absl::StatusOr<std::vector<ListId>> ListRows::ListLoose(ListId after, std::int64_t limit) {
  return db::QueryEach(
      session_, "SELECT id FROM lists WHERE refs = 0 AND id > $1 ORDER BY id LIMIT $2",
      {ToInt(after), limit}, [](const db::Row& row) { return ListId{row.Int(0)}; });
}

absl::StatusOr<std::vector<PieceId>> ListRows::TakeApart(ListId id, std::int64_t limit) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<PieceId> taken,
      db::QueryEach(session_,
                    "DELETE FROM list_pieces WHERE list = $1 AND start IN (SELECT start FROM "
                    "list_pieces WHERE list = $1 ORDER BY start LIMIT $2) RETURNING piece",
                    {ToInt(id), limit}, [](const db::Row& row) { return PieceId{row.Int(0)}; }));
  if (static_cast<std::int64_t>(taken.size()) == limit) return taken;
  TRIAD_RETURN_IF_ERROR(session_.Execute("DELETE FROM lists WHERE id = $1", {ToInt(id)}).status());
  return taken;
}

}  // namespace triad::storage

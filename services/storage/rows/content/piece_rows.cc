#include "services/storage/rows/content/piece_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::storage {
namespace {

std::int64_t ToInt(PieceId id) { return static_cast<std::int64_t>(id); }

absl::Status NotThere(PieceId id) {
  return absl::InternalError(absl::StrCat("piece ", ToInt(id), " is not in the database"));
}

// The first 8 bytes of a SHA-256: enough to find a piece by, since the rest is compared.
std::int64_t HashOf(const std::string& sha256) {
  std::uint64_t hash = 0;
  for (char digit : sha256.substr(0, 16)) {
    hash = hash << 4 | static_cast<std::uint64_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  }
  return static_cast<std::int64_t>(hash);
}

db::Value Optional(const std::optional<Crc32c>& crc32c) {
  if (!crc32c.has_value()) return std::monostate();
  return std::int64_t{crc32c->value()};
}
db::Value BytesOrNull(const std::string& bytes) {
  if (bytes.empty()) return std::monostate();
  return db::Blob{bytes};
}
db::Value Optional(const std::optional<std::string>& bytes) {
  if (!bytes.has_value()) return std::monostate();
  return db::Blob{*bytes};
}
db::Value TextOrNull(const std::string& text) {
  if (text.empty()) return std::monostate();
  return text;
}

Piece FromRow(const db::Row& row) {
  Piece piece;
  piece.id = PieceId{row.Int(0)};
  piece.size = row.Int(1);
  piece.sha256 = row.Text(2);
  if (!row.IsNull(3)) piece.crc32c = Crc32c(static_cast<std::uint32_t>(row.Int(3)));
  if (!row.IsNull(4)) piece.blocks = row.Bytes(4);
  if (!row.IsNull(5)) piece.bytes = row.Bytes(5);
  if (!row.IsNull(6)) piece.blob = row.Text(6);
  return piece;
}

}  // namespace

absl::Status PieceRows::Insert(const Piece& piece) {
  return session_
      .Execute(
          "INSERT INTO pieces (id, size, hash, sha256, crc32c, blocks, data, blob, damaged, refs) "
          "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 1)",
          {ToInt(piece.id), piece.size, HashOf(piece.sha256), piece.sha256, Optional(piece.crc32c),
           BytesOrNull(piece.blocks), Optional(piece.bytes), TextOrNull(piece.blob)})
      .status();
}

absl::StatusOr<std::optional<Piece>> PieceRows::Find(PieceId id) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<Piece> pieces,
      db::QueryEach(session_,
                    "SELECT id, size, sha256, crc32c, blocks, data, blob FROM pieces WHERE id = $1",
                    {ToInt(id)}, FromRow));
  if (pieces.empty()) return std::nullopt;
  return std::move(pieces.front());
}

absl::StatusOr<std::optional<Piece>> PieceRows::FindSums(PieceId id) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::KeptRow> rows,
      session_.Query("SELECT size, crc32c FROM pieces WHERE id = $1", {ToInt(id)}));
  if (rows.empty()) return std::nullopt;
  Piece piece;
  piece.id = id;
  piece.size = rows.front().Int(0);
  if (!rows.front().IsNull(1)) {
    piece.crc32c = Crc32c(static_cast<std::uint32_t>(rows.front().Int(1)));
  }
  return piece;
}

absl::StatusOr<std::optional<StoredPiece>> PieceRows::FindEqual(const Piece& piece) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<StoredPiece> found,
      db::QueryEach(session_,
                    "SELECT id, damaged, blob FROM pieces WHERE hash = $1 AND size = $2 AND "
                    "sha256 = $3 ORDER BY damaged LIMIT 1",
                    {HashOf(piece.sha256), piece.size, piece.sha256}, [](const db::Row& row) {
                      return StoredPiece{PieceId{row.Int(0)}, row.Int(1) != 0,
                                         row.IsNull(2) ? "" : row.Text(2)};
                    }));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::Status PieceRows::Share(PieceId id) {
  TRIAD_ASSIGN_OR_RETURN(
      std::int64_t shared,
      session_.Execute("UPDATE pieces SET refs = refs + 1 WHERE id = $1", {ToInt(id)}));
  return shared == 1 ? absl::OkStatus() : NotThere(id);
}

absl::Status PieceRows::ShareIntact(PieceId id) {
  TRIAD_ASSIGN_OR_RETURN(
      std::int64_t shared,
      session_.Execute("UPDATE pieces SET refs = refs + 1 WHERE id = $1 AND damaged = 0",
                       {ToInt(id)}));
  if (shared == 1) return absl::OkStatus();
  return absl::UnavailableError("equal bytes that are stored were found damaged: try again");
}

absl::StatusOr<bool> PieceRows::Release(PieceId id) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<db::KeptRow> rows,
                         session_.Query("UPDATE pieces SET refs = refs - 1 WHERE id = $1 "
                                        "RETURNING refs, blob",
                                        {ToInt(id)}));
  if (rows.empty()) return NotThere(id);
  if (rows.front().Int(0) > 0) return false;
  if (!rows.front().IsNull(1)) return true;
  TRIAD_RETURN_IF_ERROR(session_.Execute("DELETE FROM pieces WHERE id = $1", {ToInt(id)}).status());
  return false;
}

absl::Status PieceRows::MarkDamaged(PieceId id) {
  return session_.Execute("UPDATE pieces SET damaged = 1 WHERE id = $1", {ToInt(id)}).status();
}

absl::Status PieceRows::Repair(const Piece& piece) {
  return session_
      .Execute(
          "UPDATE pieces SET crc32c = $2, blocks = $3, data = $4, blob = $5, damaged = 0, "
          "refs = refs + 1 WHERE id = $1",
          {ToInt(piece.id), Optional(piece.crc32c), BytesOrNull(piece.blocks),
           Optional(piece.bytes), TextOrNull(piece.blob)})
      .status();
}

absl::StatusOr<std::vector<LoosePiece>> PieceRows::ListLoose(PieceId after, std::int64_t limit) {
  return db::QueryEach(
      session_, "SELECT id, blob FROM pieces WHERE refs = 0 AND id > $1 ORDER BY id LIMIT $2",
      {ToInt(after), limit}, [](const db::Row& row) {
        return LoosePiece{PieceId{row.Int(0)}, row.Text(1)};
      });
}

absl::StatusOr<bool> PieceRows::Take(PieceId id) {
  TRIAD_ASSIGN_OR_RETURN(
      std::int64_t taken,
      session_.Execute("DELETE FROM pieces WHERE id = $1 AND refs = 0", {ToInt(id)}));
  return taken == 1;
}

absl::StatusOr<std::vector<std::string>> PieceRows::BlobsAfter(const std::string& after,
                                                               std::int64_t limit) {
  return db::QueryEach(session_, "SELECT blob FROM pieces WHERE blob > $1 ORDER BY blob LIMIT $2",
                       {after, limit}, [](const db::Row& row) { return row.Text(0); });
}

absl::StatusOr<std::vector<Piece>> PieceRows::WithBlobsAfter(const std::string& after,
                                                             std::int64_t limit) {
  return db::QueryEach(session_,
                       "SELECT id, size, sha256, crc32c, blocks, data, blob FROM pieces "
                       "WHERE blob > $1 ORDER BY blob LIMIT $2",
                       {after, limit}, FromRow);
}

absl::StatusOr<BlobTotals> PieceRows::CountBlobs() {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::KeptRow> rows,
      session_.Query("SELECT count(*), coalesce(sum(size), 0) FROM pieces WHERE blob IS NOT NULL",
                     {}));
  return BlobTotals{rows.front().Int(0), rows.front().Int(1)};
}

}  // namespace triad::storage

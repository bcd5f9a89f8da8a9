#include "services/storage/rows/content/piece_users.h"

#include "absl/strings/str_cat.h"
#include "services/storage/model/names.h"

namespace triad::storage {
namespace {

std::string NameOf(const db::Row& row) { return FormatObjectName({row.Text(0), row.Text(1)}); }

}  // namespace

absl::StatusOr<std::vector<std::string>> PieceUsers::List(PieceId id, std::int64_t limit) {
  return db::QueryEach(
      session_,
      "SELECT DISTINCT b.id, u.name FROM ("
      "SELECT bucket, name, piece, list FROM objects "
      "UNION ALL SELECT bucket, name, piece, list FROM versions "
      "UNION ALL SELECT uploads.bucket, uploads.name, parts.piece, parts.list "
      "FROM parts JOIN uploads ON uploads.id = parts.upload) u "
      "JOIN buckets b ON b.number = u.bucket "
      "WHERE u.piece = $1 OR u.list IN (SELECT list FROM list_pieces WHERE piece = $1) "
      "ORDER BY b.id, u.name LIMIT $2",
      {static_cast<std::int64_t>(id), limit}, NameOf);
}

}  // namespace triad::storage

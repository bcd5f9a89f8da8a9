#include "services/storage/rows/garbage_rows.h"

#include "runtime/base/status.h"

namespace triad::storage {

absl::Status GarbageRows::Insert(const std::string& blob, absl::Time create_time) {
  return session_
      .Execute("INSERT INTO garbage (blob, create_time) VALUES ($1, $2)",
               {blob, absl::ToUnixMicros(create_time)})
      .status();
}

absl::StatusOr<std::vector<std::string>> GarbageRows::List(std::int64_t limit) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::Row> rows,
      session_.Query("SELECT blob FROM garbage ORDER BY create_time, blob LIMIT $1", {limit}));
  std::vector<std::string> blobs;
  blobs.reserve(rows.size());
  for (const db::Row& row : rows) blobs.push_back(row.Text(0));
  return blobs;
}

absl::Status GarbageRows::Delete(absl::Span<const std::string> blobs) {
  for (const std::string& blob : blobs) {
    TRIAD_RETURN_IF_ERROR(session_.Execute("DELETE FROM garbage WHERE blob = $1", {blob}).status());
  }
  return absl::OkStatus();
}

}  // namespace triad::storage

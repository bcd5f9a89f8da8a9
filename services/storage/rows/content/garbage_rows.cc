#include "services/storage/rows/content/garbage_rows.h"

#include "runtime/base/status.h"

namespace triad::storage {

absl::Status GarbageRows::Insert(const std::string& blob, absl::Time create_time) {
  return session_
      .Execute("INSERT INTO garbage (blob, create_time) VALUES ($1, $2)",
               {blob, absl::ToUnixMicros(create_time)})
      .status();
}

absl::StatusOr<std::vector<std::string>> GarbageRows::ListAfter(const std::string& after,
                                                                std::int64_t limit) {
  return db::QueryEach(session_, "SELECT blob FROM garbage WHERE blob > $1 ORDER BY blob LIMIT $2",
                       {after, limit}, [](const db::Row& row) { return row.Text(0); });
}

absl::Status GarbageRows::Delete(absl::Span<const std::string> blobs) {
  for (const std::string& blob : blobs) {
    TRIAD_RETURN_IF_ERROR(session_.Execute("DELETE FROM garbage WHERE blob = $1", {blob}).status());
  }
  return absl::OkStatus();
}

}  // namespace triad::storage

#include "services/storage/rows/store_rows.h"

#include <vector>

#include "runtime/base/status.h"

namespace triad::storage {

absl::StatusOr<std::string> StoreRows::EnsureId(const std::string& fresh) {
  TRIAD_RETURN_IF_ERROR(
      session_
          .Execute("INSERT INTO store (only_row, id) VALUES (1, $1) ON CONFLICT DO NOTHING",
                   {fresh})
          .status());
  TRIAD_ASSIGN_OR_RETURN(std::vector<db::KeptRow> rows, session_.Query("SELECT id FROM store"));
  return rows.front().Text(0);
}

}  // namespace triad::storage

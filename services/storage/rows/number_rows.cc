#include "services/storage/rows/number_rows.h"

#include <vector>

#include "runtime/base/status.h"

namespace triad::storage {

absl::StatusOr<Numbers> NumberRows::Take(std::int64_t count) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::KeptRow> rows,
      session_.Query("UPDATE numbers SET latest = latest + $1 WHERE only_row = 1 RETURNING latest",
                     {count}));
  return Numbers(rows.front().Int(0) - count + 1);
}

}  // namespace triad::storage

#include "services/storage/rows/store_id.h"

#include <vector>

#include "runtime/base/ids.h"
#include "runtime/base/status.h"

namespace triad::storage {

absl::StatusOr<std::string> StoreId(db::Database& database, Random& random) {
  const std::string fresh = RandomId(random);
  std::string id;
  TRIAD_RETURN_IF_ERROR(database.Write([&](db::Session& session) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(
        session
            .Execute("INSERT INTO store (only_row, id) VALUES (1, $1) ON CONFLICT DO NOTHING",
                     {fresh})
            .status());
    TRIAD_ASSIGN_OR_RETURN(std::vector<db::Row> rows, session.Query("SELECT id FROM store"));
    id = rows.front().Text(0);
    return absl::OkStatus();
  }));
  return id;
}

}  // namespace triad::storage

#include "services/storage/rows/unhashed_rows.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "runtime/base/status.h"
#include "services/storage/rows/version_columns.h"

namespace triad::storage {
namespace {

struct Kind {
  const char* table;
  const char* condition;  // as the index has it
  bool current;
};

constexpr Kind kKinds[] = {
    {"objects", "v.sha256 IS NULL", true},
    {"versions", "v.sha256 IS NULL AND v.deleted = 0", false},
};

std::string Columns() {
  return absl::StrCat("v.", absl::StrJoin(absl::StrSplit(kVersionColumns, ", "), ", v."));
}

}  // namespace

absl::StatusOr<std::vector<Object>> UnhashedRows::List(absl::Time time, std::int64_t limit) {
  std::vector<Object> unhashed;
  for (const Kind& kind : kKinds) {
    TRIAD_ASSIGN_OR_RETURN(
        std::vector<db::KeptRow> rows,
        session_.Query(absl::StrCat("SELECT b.id, ", Columns(), " FROM ", kind.table,
                                    " v JOIN buckets b ON b.number = v.bucket WHERE ",
                                    kind.condition, " AND v.update_time < $1 LIMIT $2"),
                       {absl::ToUnixMicros(time), limit}));
    for (const db::Row& row : rows) {
      TRIAD_ASSIGN_OR_RETURN(Object found, VersionFromRow(row.Text(0), row, 1));
      // Only whether there is one matters here.
      if (!kind.current) found.noncurrent_time = time;
      unhashed.push_back(std::move(found));
    }
  }
  return unhashed;
}

}  // namespace triad::storage

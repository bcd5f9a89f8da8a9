#include "services/config/rows/current_rows.h"

#include "absl/strings/str_cat.h"

namespace triad::config {
namespace {

CurrentRow FromRow(const db::Row& row) {
  CurrentRow current;
  current.at = {Revision{row.Int(0)}, row.Int(1)};
  Entry& entry = current.entry;
  entry.revision = current.at.revision;
  entry.name = {row.Text(2), row.Text(3)};
  entry.version = row.Int(4);
  current.kind = static_cast<ValueKind>(row.Int(5));
  // SQLite's substr of no bytes is NULL.
  if (!row.IsNull(6)) current.value = row.Bytes(6);
  entry.secret = row.Int(7) != 0;
  current.value_bytes = entry.secret ? 0 : static_cast<std::size_t>(row.Int(8));
  entry.description = row.Text(9);
  entry.labels = row.Text(10);
  entry.create_time = absl::FromUnixMicros(row.Int(11));
  entry.update_time = absl::FromUnixMicros(row.Int(12));
  if (!row.IsNull(13)) entry.expire_time = absl::FromUnixMicros(row.Int(13));
  entry.destroyed = row.Int(14) != 0;
  return current;
}

}  // namespace

absl::StatusOr<std::vector<CurrentRow>> CurrentRows::List(std::optional<WrittenAt> after,
                                                          std::int64_t limit,
                                                          std::int64_t max_value_bytes) {
  // A version is the current one if there is none after it. substr reads no more of a
  // value than it returns.
  static const std::string kSql =
      "SELECT v.revision, v.ordinal, v.namespace, v.key, v.version, v.kind, substr(v.value, 1, "
      "CASE WHEN v.secret = 1 OR length(v.value) > $4 THEN 0 ELSE length(v.value) END), v.secret, "
      "length(v.value), v.description, v.labels, v.create_time, v.update_time, v.expire_time, "
      "v.destroyed FROM versions v WHERE (v.revision, v.ordinal) > ($1, $2) AND v.deleted = 0 AND "
      "NOT EXISTS (SELECT 1 FROM versions w WHERE w.namespace = v.namespace AND w.key = v.key AND "
      "w.version > v.version) ORDER BY v.revision, v.ordinal LIMIT $3";
  WrittenAt from = after.value_or(WrittenAt{Revision{0}, -1});
  return db::QueryEach(session_, kSql, {from.revision.value, from.ordinal, limit, max_value_bytes},
                       FromRow);
}

}  // namespace triad::config

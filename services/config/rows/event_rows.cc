#include "services/config/rows/event_rows.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

constexpr absl::string_view kInRangeAfter =
    " WHERE e.namespace = $1 AND e.key >= $2 AND e.key < $3 AND e.revision > $4";
constexpr absl::string_view kInOrder = " ORDER BY e.revision, e.ordinal";

}  // namespace

absl::Status EventRows::Append(const StoredEntry& entry, std::int64_t ordinal) {
  return session_
      .Execute(
          "INSERT INTO events (revision, ordinal, namespace, key, version) VALUES ($1, $2, "
          "$3, $4, $5)",
          {entry.revision.value, ordinal, entry.name.space, entry.name.key, entry.version})
      .status();
}

absl::StatusOr<std::vector<RevisionSize>> EventRows::ListSizes(const EntryFilter& filter,
                                                               Revision after, std::int64_t limit) {
  static const std::string kSql = absl::StrCat("SELECT e.revision, length(v.value) FROM events",
                                               kJoinVersions, kInRangeAfter, kInOrder, " LIMIT $5");
  return db::QueryEach(
      session_, kSql,
      {filter.space, filter.prefix, db::PrefixEnd(filter.prefix), after.value, limit},
      [](const db::Row& row) {
        return RevisionSize{Revision{row.Int(0)}, row.Int(1)};
      });
}

absl::StatusOr<std::vector<StoredEntry>> EventRows::List(const EntryFilter& filter, Revision after,
                                                         Revision last) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kVersionColumns, " FROM events", kJoinVersions, kInRangeAfter,
                   " AND e.revision <= $5", kInOrder);
  return QueryVersions(
      session_, kSql,
      {filter.space, filter.prefix, db::PrefixEnd(filter.prefix), after.value, last.value});
}

absl::StatusOr<std::vector<EventRow>> EventRows::ListAll(Revision after, std::int64_t limit) {
  static const std::string kSql =
      absl::StrCat("SELECT e.revision, e.namespace, e.key, e.version, v.update_time FROM events",
                   kJoinVersions, " WHERE e.revision > $1", kInOrder, " LIMIT $2");
  return db::QueryEach(session_, kSql, {after.value, limit}, [](const db::Row& row) {
    return EventRow{Revision{row.Int(0)}, EntryName{row.Text(1), row.Text(2)}, row.Int(3),
                    absl::FromUnixMicros(row.Int(4))};
  });
}

absl::Status EventRows::DeleteThrough(Revision last) {
  return session_.Execute("DELETE FROM events WHERE revision <= $1", {last.value}).status();
}

}  // namespace triad::config

#include "services/config/rows/event_rows.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

// SQLite takes the tables of a CROSS JOIN in their order, and needs no statistics to see
// that it is the right one. With the + it does not carry the range of revisions over to
// the events, which it would then search instead of looking one up.
constexpr absl::string_view kAlongRevisions =
    " FROM events e CROSS JOIN versions v WHERE v.namespace = e.namespace AND v.key = e.key AND "
    "v.version = e.version AND e.namespace = $1 AND e.key >= $2 AND e.key < $3 AND "
    "e.revision > $4 AND e.revision <= $5";
constexpr absl::string_view kAlongKeys =
    " FROM versions v CROSS JOIN events e WHERE e.revision = v.revision AND e.namespace = "
    "v.namespace AND e.key = v.key AND e.version = v.version AND v.namespace = $1 AND "
    "v.key >= $2 AND v.key < $3 AND +v.revision > $4 AND +v.revision <= $5";
constexpr absl::string_view kInOrder = " ORDER BY e.revision, e.ordinal";

std::vector<db::Value> ParametersOf(const EventQuery& query) {
  const EntryFilter& filter = query.filter;
  return {filter.space, filter.prefix, db::PrefixEnd(filter.prefix), query.after.value,
          query.through.value};
}

}  // namespace

absl::Status EventRows::Append(const StoredEntry& entry, std::int64_t ordinal) {
  return session_
      .Execute(
          "INSERT INTO events (revision, ordinal, namespace, key, version) VALUES ($1, $2, "
          "$3, $4, $5)",
          {entry.revision.value, ordinal, entry.name.space, entry.name.key, entry.version})
      .status();
}

absl::StatusOr<std::vector<RevisionSize>> EventRows::ListSizes(const EventQuery& query,
                                                               std::int64_t limit) {
  static const std::string kSelect = "SELECT e.revision, length(v.value)";
  static const std::string kByRevision =
      absl::StrCat(kSelect, kAlongRevisions, kInOrder, " LIMIT $6");
  static const std::string kByKey = absl::StrCat(kSelect, kAlongKeys, kInOrder, " LIMIT $6");
  std::vector<db::Value> parameters = ParametersOf(query);
  parameters.emplace_back(limit);
  return db::QueryEach(session_, query.by_key ? kByKey : kByRevision, parameters,
                       [](const db::Row& row) {
                         return RevisionSize{Revision{row.Int(0)}, row.Int(1)};
                       });
}

absl::StatusOr<std::vector<StoredEntry>> EventRows::List(const EventQuery& query) {
  static const std::string kSelect = absl::StrCat("SELECT ", kVersionColumns);
  static const std::string kByRevision = absl::StrCat(kSelect, kAlongRevisions, kInOrder);
  static const std::string kByKey = absl::StrCat(kSelect, kAlongKeys, kInOrder);
  return QueryVersions(session_, query.by_key ? kByKey : kByRevision, ParametersOf(query));
}

absl::StatusOr<std::optional<Revision>> EventRows::FindBehind(const std::string& space,
                                                              Revision after, std::int64_t count) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::Row> rows,
      session_.Query("SELECT revision FROM events WHERE namespace = $1 AND revision > $2 ORDER BY "
                     "revision, ordinal LIMIT 1 OFFSET $3",
                     {space, after.value, count}));
  if (rows.empty()) return std::nullopt;
  return Revision{rows.front().Int(0)};
}

absl::StatusOr<std::vector<EventRow>> EventRows::ListAll(Revision after, std::int64_t limit) {
  static const std::string kSql = absl::StrCat(
      "SELECT e.revision, e.namespace, e.key, e.version, v.update_time, v.deleted FROM events",
      kJoinVersions, " WHERE e.revision > $1", kInOrder, " LIMIT $2");
  return db::QueryEach(session_, kSql, {after.value, limit}, [](const db::Row& row) {
    return EventRow{Revision{row.Int(0)}, EntryName{row.Text(1), row.Text(2)}, row.Int(3),
                    absl::FromUnixMicros(row.Int(4)), row.Int(5) != 0};
  });
}

absl::Status EventRows::DeleteThrough(Revision last) {
  return session_.Execute("DELETE FROM events WHERE revision <= $1", {last.value}).status();
}

}  // namespace triad::config

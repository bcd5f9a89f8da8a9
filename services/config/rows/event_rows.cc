#include "services/config/rows/event_rows.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

// What stands behind || or + is not looked for by an index: which of the two indexes is
// the right one is known here, and not from statistics.
constexpr absl::string_view kAlongRevisions =
    " FROM versions v WHERE ($1 = '' OR v.namespace || '' = $1) AND v.key || '' >= $2 AND v.key || "
    "'' < $3 AND "
    "(v.revision, v.ordinal) >= ($4, $5) AND (v.revision, v.ordinal) < ($6, $7)";
constexpr absl::string_view kAlongKeys =
    " FROM versions v WHERE v.namespace = $1 AND v.key >= $2 AND v.key < $3 AND "
    "(+v.revision, v.ordinal) >= ($4, $5) AND (+v.revision, v.ordinal) < ($6, $7)";
constexpr absl::string_view kInOrder = " ORDER BY v.revision, v.ordinal";

// What is selected of the events of a query, and what follows their order.
std::string SqlOf(absl::string_view select, const EventQuery& query, absl::string_view tail = "") {
  return absl::StrCat(select, query.by_key ? kAlongKeys : kAlongRevisions, kInOrder, tail);
}

std::vector<db::Value> ParametersOf(const EventQuery& query) {
  const EntryFilter& filter = query.filter;
  return {filter.space,
          filter.prefix,
          db::PrefixEnd(filter.prefix),
          query.after.after.value + 1,
          query.after.events,
          query.through.after.value + 1,
          query.through.events};
}

}  // namespace

absl::StatusOr<std::vector<EventSize>> EventRows::ListSizes(const EventQuery& query,
                                                            std::int64_t limit) {
  constexpr absl::string_view kSelect =
      "SELECT v.revision, v.ordinal, length(v.value) + length(v.key)";
  std::vector<db::Value> parameters = ParametersOf(query);
  parameters.emplace_back(limit);
  return db::QueryEach(session_, SqlOf(kSelect, query, " LIMIT $8"), parameters,
                       [](const db::Row& row) {
                         return EventSize{Revision{row.Int(0)}, row.Int(1), row.Int(2)};
                       });
}

absl::StatusOr<std::vector<EventKey>> EventRows::ListKeys(const EventQuery& query,
                                                          std::int64_t limit) {
  constexpr absl::string_view kSelect =
      "SELECT v.revision, v.namespace, v.key, v.version, length(v.value) + length(v.key)";
  std::vector<db::Value> parameters = ParametersOf(query);
  parameters.emplace_back(limit);
  return db::QueryEach(session_, SqlOf(kSelect, query, " LIMIT $8"), parameters,
                       [](const db::Row& row) {
                         return EventKey{Revision{row.Int(0)}, EntryName{row.Text(1), row.Text(2)},
                                         row.Int(3), row.Int(4)};
                       });
}

absl::StatusOr<std::vector<StoredEntry>> EventRows::List(const EventQuery& query) {
  static const std::string kSelect = absl::StrCat("SELECT ", kVersionColumns);
  return QueryVersions(session_, SqlOf(kSelect, query), ParametersOf(query));
}

absl::StatusOr<std::optional<Revision>> EventRows::FindBehind(Revision after, std::int64_t count) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::KeptRow> rows,
      session_.Query("SELECT revision FROM versions WHERE revision > $1 ORDER BY revision, ordinal "
                     "LIMIT 1 OFFSET $2",
                     {after.value, count}));
  if (rows.empty()) return std::nullopt;
  return Revision{rows.front().Int(0)};
}

absl::StatusOr<std::vector<EventRow>> EventRows::ListAll(Revision after, std::int64_t limit) {
  return db::QueryEach(session_,
                       "SELECT revision, namespace, key, version, update_time, deleted FROM "
                       "versions WHERE revision > $1 ORDER BY revision, ordinal LIMIT $2",
                       {after.value, limit}, [](const db::Row& row) {
                         return EventRow{Revision{row.Int(0)}, EntryName{row.Text(1), row.Text(2)},
                                         row.Int(3), absl::FromUnixMicros(row.Int(4)),
                                         row.Int(5) != 0};
                       });
}

}  // namespace triad::config

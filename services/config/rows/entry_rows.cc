#include "services/config/rows/entry_rows.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

constexpr absl::string_view kInRange = " WHERE e.namespace = $1 AND e.key >= $2 AND e.key < $3";

// The least key of the filter that is greater than `after`, or some text between the two.
// Of two lower bounds SQLite would use one and step over what the other excludes. No
// character of a key is smaller than the one that is added.
std::string LowerBound(const EntryFilter& filter, const std::string& after) {
  return after.empty() ? filter.prefix : std::max(filter.prefix, after + '\x01');
}

}  // namespace

absl::StatusOr<std::optional<StoredEntry>> EntryRows::Find(const EntryName& name) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kVersionColumns, " FROM entries", kJoinVersions,
                   " WHERE e.namespace = $1 AND "
                   "e.key = $2");
  TRIAD_ASSIGN_OR_RETURN(std::vector<StoredEntry> found,
                         QueryVersions(session_, kSql, {name.space, name.key}));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::StatusOr<std::vector<KeySize>> EntryRows::ListSizes(const EntryFilter& filter,
                                                          const std::string& after,
                                                          std::int64_t limit) {
  static const std::string kSql = absl::StrCat("SELECT e.key, length(v.value) FROM entries",
                                               kJoinVersions, kInRange, " ORDER BY e.key LIMIT $4");
  return db::QueryEach(
      session_, kSql,
      {filter.space, LowerBound(filter, after), db::PrefixEnd(filter.prefix), limit},
      [](const db::Row& row) {
        return KeySize{row.Text(0), row.Int(1)};
      });
}

absl::StatusOr<std::vector<StoredEntry>> EntryRows::List(const EntryFilter& filter,
                                                         const std::string& after,
                                                         const std::string& last) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kVersionColumns, " FROM entries", kJoinVersions,
                   " WHERE e.namespace = $1 AND e.key >= $2 AND e.key <= $3 ORDER BY e.key");
  return QueryVersions(session_, kSql, {filter.space, LowerBound(filter, after), last});
}

absl::Status EntryRows::SetCurrent(const EntryName& name, std::int64_t version) {
  return session_
      .Execute(
          "INSERT INTO entries (namespace, key, version) VALUES ($1, $2, $3) ON CONFLICT "
          "(namespace, key) DO UPDATE SET version = excluded.version",
          {name.space, name.key, version})
      .status();
}

absl::Status EntryRows::Remove(const EntryName& name) {
  return session_
      .Execute("DELETE FROM entries WHERE namespace = $1 AND key = $2", {name.space, name.key})
      .status();
}

}  // namespace triad::config

#include "services/config/rows/entry_rows.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

constexpr Revision kNewest{std::numeric_limits<std::int64_t>::max()};

// The least key of the filter that is greater than `after`, or some text between the two.
// Of two lower bounds SQLite would use one and step over what the other excludes. No
// character of a key is smaller than the one that is added.
std::string LowerBound(const EntryFilter& filter, const std::string& after) {
  return after.empty() ? filter.prefix : std::max(filter.prefix, after + '\x01');
}

}  // namespace

absl::StatusOr<std::optional<StoredEntry>> EntryRows::Find(const EntryName& name) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> found,
                         VersionRows(session_).FindAt(name, at_.value_or(kNewest)));
  if (found.has_value() && found->deleted) return std::nullopt;
  return found;
}

absl::StatusOr<std::optional<StoredEntry>> EntryRows::Next(const EntryFilter& filter,
                                                           const std::string& after) {
  static const std::string kSql = absl::StrCat(
      "SELECT ", kVersionColumns,
      " FROM versions v WHERE v.namespace = $1 AND v.key >= $2 AND v.key < $3 ORDER BY v.key, "
      "v.version DESC LIMIT 1");
  TRIAD_ASSIGN_OR_RETURN(
      std::optional<StoredEntry> next,
      QueryVersion(session_, kSql,
                   {filter.space, LowerBound(filter, after), db::PrefixEnd(filter.prefix)}));
  if (!next.has_value() || next->revision <= at_.value_or(kNewest)) return next;
  return AsItWas(std::move(next->name));
}

absl::StatusOr<std::optional<StoredEntry>> EntryRows::Previous(const EntryFilter& filter,
                                                               const std::string& before) {
  std::string end = db::PrefixEnd(filter.prefix);
  if (!before.empty()) end = std::min(end, before);
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::KeptRow> keys,
      session_.Query("SELECT v.key FROM versions v WHERE v.namespace = $1 AND v.key >= $2 AND "
                     "v.key < $3 ORDER BY v.key DESC LIMIT 1",
                     {filter.space, filter.prefix, end}));
  if (keys.empty()) return std::nullopt;
  return AsItWas({filter.space, keys.front().Text(0)});
}

absl::StatusOr<std::optional<StoredEntry>> EntryRows::AsItWas(EntryName name) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> found,
                         VersionRows(session_).FindAt(name, at_.value_or(kNewest)));
  if (found.has_value()) return found;
  StoredEntry absent;
  absent.name = std::move(name);
  absent.deleted = true;
  return absent;
}

}  // namespace triad::config

#include "services/config/history/destroyer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

constexpr absl::Duration kPurgeTimeout = absl::Seconds(10);

absl::Status CheckHead(const Destruction& destruction, const std::optional<LatestVersion>& latest) {
  bool has_head = latest.has_value() && !latest->deleted &&
                  std::find(destruction.versions.begin(), destruction.versions.end(),
                            latest->version) != destruction.versions.end();
  if (!has_head || destruction.replacement.has_value()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("version ", latest->version, " is what ", FormatEntryName(destruction.name),
                   " is now: send a new value with it, or delete the entry first"));
}

// Returns how many of them had a value.
absl::StatusOr<std::int64_t> DestroyEach(db::Session& session, const Destruction& destruction) {
  VersionRows rows(session);
  std::int64_t count = 0;
  for (std::int64_t version : destruction.versions) {
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> stored, rows.Find(destruction.name, version));
    if (!stored.has_value()) {
      return absl::NotFoundError(
          absl::StrCat(FormatEntryName(destruction.name), " has no version ", version));
    }
    if (stored->deleted || stored->destroyed) continue;
    TRIAD_RETURN_IF_ERROR(rows.Destroy(destruction.name, version));
    ++count;
  }
  return count;
}

}  // namespace

absl::StatusOr<Destroyed> Destroyer::Destroy(const Destruction& destruction, DryRun dry_run) {
  Destroyed destroyed;
  audit::Line line = audit::LineOfRequest(FormatEntryName(destruction.name), "destroy");
  auto plan = [&](db::Session& session) -> absl::StatusOr<std::vector<EntryWrite>> {
    TRIAD_ASSIGN_OR_RETURN(std::optional<LatestVersion> latest,
                           VersionRows(session).Latest(destruction.name));
    TRIAD_RETURN_IF_ERROR(CheckHead(destruction, latest));
    TRIAD_ASSIGN_OR_RETURN(destroyed.count, DestroyEach(session, destruction));
    line.count = destroyed.count;
    TRIAD_RETURN_IF_ERROR(audit_.Append(session, line));
    std::vector<EntryWrite> writes;
    if (destruction.replacement.has_value()) {
      writes.push_back({.name = destruction.name, .value = destruction.replacement});
    }
    return writes;
  };
  TRIAD_ASSIGN_OR_RETURN(Change change, store_.Apply(plan, dry_run));
  destroyed.revision = change.revision;
  if (!change.events.empty()) destroyed.entry = std::move(change.events.front().entry);
  if (dry_run == DryRun::kYes) return destroyed;
  audit_.Committed(line);
  hub_.Forget();
  TRIAD_RETURN_IF_ERROR(database_.Purge(kPurgeTimeout));
  return destroyed;
}

}  // namespace triad::config

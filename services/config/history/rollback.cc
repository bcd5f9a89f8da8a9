#include "services/config/history/rollback.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/entries/next_version.h"
#include "services/config/model/entry_name.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

using Kind = EntryWrite::Kind;

// What makes an entry what `target` is, which may be a deletion or nothing at all.
absl::StatusOr<std::optional<EntryWrite>> WriteOf(db::Session& session, const EntryName& name,
                                                  const std::optional<StoredEntry>& target) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> current, EntryRows(session).Find(name));
  if (!target.has_value() || target->deleted) {
    if (!current.has_value()) return std::nullopt;
    return EntryWrite{.name = name, .kind = Kind::kDelete};
  }
  if (current.has_value() && SameContent(*current, *target)) return std::nullopt;
  return EntryWrite{.name = name, .kind = Kind::kRestore, .restored_version = target->version};
}

absl::Status CheckRevision(db::Session& session, Revision revision) {
  TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
  return CheckKept(revision, meta);
}

std::vector<EntryWrite> AsList(std::optional<EntryWrite> write) {
  std::vector<EntryWrite> writes;
  if (write.has_value()) writes.push_back(*std::move(write));
  return writes;
}

}  // namespace

absl::StatusOr<std::vector<EntryWrite>> PlanRollback(db::Session& session, const EntryName& name,
                                                     std::int64_t version) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> target,
                         VersionRows(session).Find(name, version));
  if (!target.has_value()) {
    return absl::NotFoundError(absl::StrCat(FormatEntryName(name), " has no version ", version));
  }
  TRIAD_ASSIGN_OR_RETURN(std::optional<EntryWrite> write, WriteOf(session, name, target));
  return AsList(std::move(write));
}

absl::StatusOr<std::vector<EntryWrite>> PlanRollback(db::Session& session, const EntryName& name,
                                                     Revision revision) {
  TRIAD_RETURN_IF_ERROR(CheckRevision(session, revision));
  TRIAD_ASSIGN_OR_RETURN(std::optional<LatestVersion> latest, VersionRows(session).Latest(name));
  if (!latest.has_value()) return DoesNotExist(name);
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> target,
                         VersionRows(session).FindAt(name, revision));
  TRIAD_ASSIGN_OR_RETURN(std::optional<EntryWrite> write, WriteOf(session, name, target));
  return AsList(std::move(write));
}

absl::StatusOr<std::vector<EntryWrite>> PlanRollback(db::Session& session,
                                                     const EntryFilter& filter, Revision revision,
                                                     std::int64_t limit) {
  TRIAD_RETURN_IF_ERROR(CheckRevision(session, revision));
  VersionRows versions(session);
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> keys,
                         versions.KeysChangedAfter(filter, revision, limit + 1));
  if (static_cast<std::int64_t>(keys.size()) > limit) {
    return absl::InvalidArgumentError(absl::StrCat(
        "more than ", limit, " keys (--transaction_entries) have changed since revision ",
        revision.value, ": roll back fewer at a time, by prefix"));
  }
  std::vector<EntryWrite> writes;
  for (std::string& key : keys) {
    EntryName name{filter.space, std::move(key)};
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> target, versions.FindAt(name, revision));
    TRIAD_ASSIGN_OR_RETURN(std::optional<EntryWrite> write, WriteOf(session, name, target));
    if (write.has_value()) writes.push_back(*std::move(write));
  }
  return writes;
}

}  // namespace triad::config

#include "services/config/history/entry_history.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/history/page_length.h"
#include "services/config/model/entry_name.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

// `when` is a version or a revision, in words.
absl::StatusOr<Entry> ShowOrMissing(std::optional<StoredEntry> stored, const EntryName& name,
                                    const std::string& when, Epoch epoch) {
  if (stored.has_value() && !stored->deleted) return Show(*std::move(stored), epoch);
  return absl::NotFoundError(
      absl::StrCat(FormatEntryName(name), stored.has_value() ? " was deleted at " : " has no ",
                   stored.has_value() ? absl::StrCat("version ", stored->version) : when));
}

}  // namespace

absl::StatusOr<Entry> EntryHistory::GetVersion(const EntryName& name, std::int64_t version) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<Entry> {
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> stored,
                           VersionRows(session).Find(name, version));
    return ShowOrMissing(std::move(stored), name, absl::StrCat("version ", version), epoch_);
  });
}

absl::StatusOr<Entry> EntryHistory::GetAt(const EntryName& name, Revision revision) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<Entry> {
    TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
    TRIAD_RETURN_IF_ERROR(CheckKept(revision, meta));
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> stored,
                           VersionRows(session).FindAt(name, revision));
    return ShowOrMissing(std::move(stored), name,
                         absl::StrCat("version at revision ", revision.value), epoch_);
  });
}

absl::StatusOr<VersionPage> EntryHistory::List(const HistoryQuery& query) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<VersionPage> {
    VersionRows rows(session);
    TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
    VersionPage page;
    page.revision = meta.head;
    TRIAD_ASSIGN_OR_RETURN(std::vector<VersionSize> sizes,
                           rows.ListSizes(query.name, query.below, query.limit + 1));
    if (sizes.empty()) {
      return absl::NotFoundError(absl::StrCat(FormatEntryName(query.name), " has no history"));
    }
    std::size_t length = PageLength(sizes, query.limit, page_bytes_);
    page.more = length < sizes.size();
    TRIAD_ASSIGN_OR_RETURN(std::vector<StoredEntry> stored,
                           rows.List(query.name, query.below, sizes[length - 1].version));
    for (StoredEntry& version : stored) {
      TRIAD_ASSIGN_OR_RETURN(Entry shown, Show(std::move(version), epoch_));
      page.versions.push_back(std::move(shown));
    }
    return page;
  });
}

absl::StatusOr<DiffPage> EntryHistory::Diff(const DiffQuery& query) {
  return db::Read(database_, [&](db::Session& session) {
    return DiffEntries(session, query, epoch_, page_bytes_);
  });
}

}  // namespace triad::config

#include "services/config/entries/entry_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/entries/page_length.h"
#include "services/config/model/entry_name.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/rows/meta_rows.h"

namespace triad::config {
namespace {

absl::StatusOr<EntryPage> ReadPage(db::Session& session, const ListQuery& query, Epoch epoch,
                                   std::int64_t page_bytes) {
  EntryRows rows(session);
  TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
  EntryPage page;
  page.revision = meta.head;
  // Sizes are read first, since a thousand values of up to 1 MiB are too many to read
  // only to find that they do not fit.
  TRIAD_ASSIGN_OR_RETURN(std::vector<KeySize> sizes,
                         rows.ListSizes(query.filter, query.after, query.limit + 1));
  std::size_t length = PageLength(sizes, query.limit, page_bytes);
  page.more = length < sizes.size();
  if (length == 0) return page;
  TRIAD_ASSIGN_OR_RETURN(std::vector<StoredEntry> stored,
                         rows.List(query.filter, query.after, sizes[length - 1].key));
  for (StoredEntry& entry : stored) {
    TRIAD_ASSIGN_OR_RETURN(Entry shown, Show(std::move(entry), epoch));
    page.entries.push_back(std::move(shown));
  }
  return page;
}

}  // namespace

absl::StatusOr<Entry> EntryStore::Get(const EntryName& name) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::optional<Entry>> found, GetEach({name}));
  if (!found.front()) {
    return absl::NotFoundError(absl::StrCat(FormatEntryName(name), " does not exist"));
  }
  return *std::move(found.front());
}

absl::StatusOr<std::vector<std::optional<Entry>>> EntryStore::GetEach(
    absl::Span<const EntryName> names) {
  using Entries = std::vector<std::optional<Entry>>;
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<Entries> {
    EntryRows rows(session);
    Entries entries;
    for (const EntryName& name : names) {
      TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> stored, rows.Find(name));
      entries.emplace_back();
      if (!stored) continue;
      TRIAD_ASSIGN_OR_RETURN(entries.back(), Show(*std::move(stored), epoch_));
    }
    return entries;
  });
}

absl::StatusOr<EntryPage> EntryStore::List(const ListQuery& query) {
  return db::Read(database_, [&](db::Session& session) {
    return ReadPage(session, query, epoch_, options_.page_bytes);
  });
}

absl::StatusOr<Entry> EntryStore::Write(const EntryWrite& write) {
  Change change;
  auto work = [&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(change, writer_.Apply(session, {write}));
    return absl::OkStatus();
  };
  TRIAD_RETURN_IF_ERROR(database_.Write(work, [&] { hub_.Publish(change); }));
  return std::move(change.events.front().entry);
}

absl::StatusOr<Applied> EntryStore::Commit(absl::Span<const EntryWrite> writes) {
  Applied applied;
  auto work = [&](db::Session& session) -> absl::Status {
    applied = {};  // of an earlier attempt
    TRIAD_ASSIGN_OR_RETURN(applied, writer_.ApplyEach(session, writes));
    if (!applied.error.ok()) {
      return Annotate(applied.error, absl::StrCat("operations[", applied.outcomes.size(), "]: "));
    }
    // Undoes what the others have written.
    return applied.refused ? absl::AbortedError("refused") : absl::OkStatus();
  };
  absl::Status committed = database_.Write(work, [&] { hub_.Publish(applied.change); });
  if (!committed.ok() && (!applied.refused || !applied.error.ok())) return committed;
  // Nothing was written at the revision that was taken.
  if (applied.refused) --applied.change.revision.value;
  return applied;
}

}  // namespace triad::config

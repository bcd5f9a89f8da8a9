#include "services/config/namespaces/namespace_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/audit/audited_write.h"
#include "runtime/base/clock.h"
#include "runtime/base/status.h"
#include "services/config/entries/next_version.h"
#include "services/config/rows/data_key_rows.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/namespace_rows.h"
#include "services/config/rows/schema_rows.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

// What one transaction of a deletion deletes, because writers wait for it.
constexpr std::int64_t kBatch = 500;
constexpr std::int64_t kMaxCounted = 10'000;
constexpr absl::Duration kPurgeTimeout = absl::Seconds(10);

absl::Status NotThere(const std::string& name) {
  return absl::NotFoundError(absl::StrCat("namespaces/", name, " does not exist"));
}

Namespace FromRow(NamespaceRow row) {
  Namespace found;
  found.name = std::move(row.name);
  found.description = std::move(row.description);
  found.create_time = row.create_time;
  found.deleting = row.state == NamespaceState::kDeleting;
  return found;
}

// Deletions of the next entries of a namespace.
absl::StatusOr<std::vector<EntryWrite>> PlanDeletes(db::Session& session, const std::string& name,
                                                    std::string& after, bool& more) {
  std::vector<EntryWrite> writes;
  for (std::int64_t looked_at = 0; looked_at < kBatch; ++looked_at) {
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> next,
                           EntryRows(session).Next({name, ""}, after));
    more = next.has_value();
    if (!more) break;
    after = next->name.key;
    if (next->deleted) continue;
    writes.push_back({.name = std::move(next->name), .kind = EntryWrite::Kind::kDelete});
  }
  return writes;
}

}  // namespace

absl::Status CheckThere(db::Session& session, const std::string& name) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<NamespaceRow> row, NamespaceRows(session).Find(name));
  if (!row.has_value() || row->state == NamespaceState::kDeleted) {
    TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
    return AtRevision(NotThere(name), meta.head);
  }
  if (row->state == NamespaceState::kActive) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("namespaces/", name, " is being deleted"));
}

absl::Status NamespaceStore::Write(const std::string& name, DryRun dry_run,
                                   absl::FunctionRef<absl::Status(db::Session&)> work) {
  return audit::WriteAudited(database_, audit_,
                             audit::LineOfRequest(absl::StrCat("namespaces/", name), "namespaces"),
                             dry_run, work);
}

absl::Status NamespaceStore::Count(db::Session& session, Namespace& found) const {
  if (std::optional<std::int64_t> counted = view_.Count(found.name)) {
    found.entries = *counted;
    return absl::OkStatus();
  }
  std::string after;
  for (std::int64_t looked_at = 0; looked_at < kMaxCounted; ++looked_at) {
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> next,
                           EntryRows(session).Next({found.name, ""}, after));
    if (!next.has_value()) return absl::OkStatus();
    after = next->name.key;
    if (!next->deleted) ++found.entries;
  }
  found.at_least = true;
  return absl::OkStatus();
}

absl::StatusOr<Namespace> NamespaceStore::Find(db::Session& session,
                                               const std::string& name) const {
  TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
  TRIAD_ASSIGN_OR_RETURN(std::optional<NamespaceRow> row, NamespaceRows(session).Find(name));
  if (!row.has_value() || row->state == NamespaceState::kDeleted) {
    return AtRevision(NotThere(name), meta.head);
  }
  Namespace found = FromRow(*std::move(row));
  TRIAD_RETURN_IF_ERROR(Count(session, found));
  found.read_revision = meta.head;
  return found;
}

absl::StatusOr<Namespace> NamespaceStore::Create(const std::string& name,
                                                 const std::string& description, DryRun dry_run) {
  Namespace made;
  TRIAD_RETURN_IF_ERROR(Write(name, dry_run, [&](db::Session& session) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(NamespaceRows(session).Create(
        {.name = name, .description = description, .create_time = clock_.NowMicros()}));
    TRIAD_ASSIGN_OR_RETURN(made, Find(session, name));
    return absl::OkStatus();
  }));
  return made;
}

absl::StatusOr<Namespace> NamespaceStore::Get(const std::string& name) {
  return db::Read(database_, [&](db::Session& session) { return Find(session, name); });
}

absl::StatusOr<NamespacePage> NamespaceStore::List(const std::string& after, std::int64_t limit) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<NamespacePage> {
    NamespacePage page;
    TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
    page.revision = meta.head;
    TRIAD_ASSIGN_OR_RETURN(std::vector<NamespaceRow> rows,
                           NamespaceRows(session).List(after, limit + 1));
    page.more = static_cast<std::int64_t>(rows.size()) > limit;
    if (page.more) rows.pop_back();
    for (NamespaceRow& row : rows) {
      page.namespaces.push_back(FromRow(std::move(row)));
      page.namespaces.back().read_revision = meta.head;
      TRIAD_RETURN_IF_ERROR(Count(session, page.namespaces.back()));
    }
    return page;
  });
}

absl::StatusOr<Namespace> NamespaceStore::Describe(const std::string& name,
                                                   const std::string& description, DryRun dry_run) {
  Namespace described;
  TRIAD_RETURN_IF_ERROR(Write(name, dry_run, [&](db::Session& session) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(Find(session, name).status());
    TRIAD_RETURN_IF_ERROR(NamespaceRows(session).Describe(name, description));
    TRIAD_ASSIGN_OR_RETURN(described, Find(session, name));
    return absl::OkStatus();
  }));
  return described;
}

absl::Status NamespaceStore::Delete(const std::string& name, bool force, DryRun dry_run) {
  TRIAD_RETURN_IF_ERROR(Write(name, dry_run, [&](db::Session& session) -> absl::Status {
    // No write is in between that could make an entry.
    TRIAD_RETURN_IF_ERROR(MetaRows(session).HoldWrites());
    TRIAD_ASSIGN_OR_RETURN(Namespace found, Find(session, name));
    if (found.entries > 0 && !force) {
      return absl::FailedPreconditionError(
          absl::StrCat("namespaces/", name, " has entries: delete them first, or set force"));
    }
    return NamespaceRows(session).SetState(name, NamespaceState::kDeleting);
  }));
  return dry_run == DryRun::kYes ? absl::OkStatus() : Finish(name);
}

absl::Status NamespaceStore::Finish(const std::string& name) {
  std::string after;
  for (bool more = true; more;) {
    auto plan = [&, before = after](db::Session& session) {
      after = before;
      return PlanDeletes(session, name, after, more);
    };
    TRIAD_RETURN_IF_ERROR(entries_.Apply(plan).status());
  }
  SchemaCache::Changing changing(schemas_, name);
  for (bool more = true; more;) {
    TRIAD_RETURN_IF_ERROR(database_.Write([&](db::Session& session) -> absl::Status {
      TRIAD_ASSIGN_OR_RETURN(std::int64_t deleted, VersionRows(session).DeleteValues(name, kBatch));
      more = deleted == kBatch;
      if (more) return absl::OkStatus();
      TRIAD_RETURN_IF_ERROR(DataKeyRows(session).DeleteOf(name));
      TRIAD_RETURN_IF_ERROR(SchemaRows(session).DeleteOf(name));
      return NamespaceRows(session).SetState(name, NamespaceState::kDeleted);
    }));
  }
  hub_.Forget();
  return database_.Purge(kPurgeTimeout);
}

absl::Status NamespaceStore::FinishDeletions() {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> names,
                         db::Read(database_, [](db::Session& session) {
                           return NamespaceRows(session).ListDeleting();
                         }));
  for (const std::string& name : names) TRIAD_RETURN_IF_ERROR(Finish(name));
  return absl::OkStatus();
}

}  // namespace triad::config

#include "services/config/entries/entry_store.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/entries/next_version.h"
#include "services/config/entries/stored_list.h"
#include "services/config/model/entry_name.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/rows/expiry_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

// In the audit log, of what no request asked for.
constexpr char kOwnWork[] = "expire";

// Of the request that this thread works for; what it is about is filled in later.
audit::Line NewLine() { return audit::LineOfRequest("", kOwnWork); }

absl::StatusOr<Entry> OrNotFound(std::optional<Entry> entry, const EntryName& name,
                                 Revision revision) {
  if (entry.has_value()) return *std::move(entry);
  return AtRevision(DoesNotExist(name), revision);
}

// What a change is about, for the audit log: its entry, or their namespace.
std::string ResourceOf(const Change& change) {
  if (change.events.size() == 1) return FormatEntryName(change.events.front().entry.name);
  bool one_space = !change.events.empty();
  for (const EntryEvent& event : change.events) {
    one_space &= event.entry.name.space == change.events.front().entry.name.space;
  }
  return absl::StrCat("namespaces/", one_space ? change.events.front().entry.name.space : "-");
}

// Nothing has the revision and the etag that the write would have had.
void ForgetRevision(Change& change) {
  for (EntryEvent& event : change.events) {
    event.entry.revision = {};
    event.entry.etag.clear();
  }
}

}  // namespace

std::optional<absl::StatusOr<Entry>> EntryStore::TryGet(const EntryName& name) const {
  auto found = view_.Find({name});
  if (!found.has_value() || !found->front().has_value) return std::nullopt;
  return OrNotFound(std::move(found->front().entry), name, found->front().revision);
}

absl::StatusOr<Entry> EntryStore::Get(const EntryName& name) {
  if (auto found = TryGet(name)) return *std::move(found);
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<Entry> {
    TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> stored, EntryRows(session).Find(name));
    if (!stored.has_value()) return OrNotFound(std::nullopt, name, meta.head);
    TRIAD_ASSIGN_OR_RETURN(Entry entry, Show(*std::move(stored), epoch_));
    entry.read_revision = meta.head;
    return entry;
  });
}

absl::StatusOr<std::vector<std::optional<Entry>>> EntryStore::GetEach(
    absl::Span<const EntryName> names) {
  using Entries = std::vector<std::optional<Entry>>;
  auto found = view_.Find(names);
  bool whole = found.has_value() && std::all_of(found->begin(), found->end(),
                                                [](const auto& one) { return one.has_value; });
  if (whole) {
    Entries entries;
    for (EntryView::Found& one : *found) entries.push_back(std::move(one.entry));
    return entries;
  }
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

std::optional<absl::StatusOr<EntryPage>> EntryStore::TryList(const ListQuery& query) const {
  auto listed = view_.List(query, options_.page_bytes);
  if (!listed.has_value()) return std::nullopt;
  if (!listed->ok()) return listed->status();
  if (!(*listed)->without_value.empty()) return std::nullopt;
  return std::move((*listed)->page);
}

absl::StatusOr<EntryPage> EntryStore::List(const ListQuery& query) {
  auto listed = view_.List(query, options_.page_bytes);
  ListQuery stored = query;
  if (listed.has_value()) {
    if (!listed->ok()) return listed->status();
    TRIAD_ASSIGN_OR_RETURN(bool whole, AddValues(**listed));
    if (whole) return std::move((*listed)->page);
    stored.at = (*listed)->page.revision;
  }
  return db::Read(database_, [&](db::Session& session) {
    return ListStored(session, stored, epoch_, options_.page_bytes);
  });
}

// Returns false if one is in the database no more, as it was replaced and compacted since.
absl::StatusOr<bool> EntryStore::AddValues(EntryView::Listed& listed) {
  if (listed.without_value.empty()) return true;
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<bool> {
    for (std::size_t index : listed.without_value) {
      Entry& entry = listed.page.entries[index];
      TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> stored,
                             VersionRows(session).Find(entry.name, entry.version));
      if (!stored.has_value()) return false;
      TRIAD_ASSIGN_OR_RETURN(entry, Show(*std::move(stored), epoch_));
    }
    return true;
  });
}

absl::Status EntryStore::AppendLine(db::Session& session, const Change& change,
                                    audit::Line& line) const {
  line.resource = ResourceOf(change);
  line.count = static_cast<std::int64_t>(change.events.size());
  line.revision = change.revision.value;
  return audit_.Append(session, line);
}

void EntryStore::Publish(const Change& change, const audit::Line& line) {
  view_.Apply(change);
  publisher_.Publish(change);
  audit_.Committed(line);
}

struct EntryStore::Writing {
  // Writes `writes`, or what `plan` finds to write if it is set.
  Writing(Plan plan, std::vector<EntryWrite> writes, DryRun dry_run)
      : plan(std::move(plan)),
        dry_run(dry_run == DryRun::kYes),
        writes(std::move(writes)),
        line(NewLine()) {}

  absl::StatusOr<Change> Result(const absl::Status& written) {
    if (dry_run && done) {
      if (!change.events.empty()) --change.revision.value;  // it was not taken
      ForgetRevision(change);
      return std::move(change);
    }
    if (!written.ok()) return written;
    return std::move(change);
  }

  const Plan plan;
  PutPlan put_plan;  // in the place of both
  const bool dry_run;
  std::vector<EntryWrite> writes;
  audit::Line line;
  Change change;
  bool done = false;
  // Of one that is answered later.
  Wanted wanted;
  Answer<Entry> answer;
};

struct EntryStore::Committing {
  Committing(std::vector<EntryWrite> writes, DryRun dry_run)
      : writes(std::move(writes)), dry_run(dry_run == DryRun::kYes), line(NewLine()) {}

  absl::StatusOr<Applied> Result(const absl::Status& committed) {
    if (!committed.ok() && !undone) return committed;
    if (undone) {
      // Nothing was written at the revision that was taken.
      --applied.change.revision.value;
      ForgetRevision(applied.change);
    }
    return std::move(applied);
  }

  const std::vector<EntryWrite> writes;
  const bool dry_run;
  audit::Line line;
  Applied applied;
  bool undone = false;
  // Of one that is answered later.
  Wanted wanted;
  Answer<Applied> answer;
};

absl::StatusOr<Change> EntryStore::Perform(db::Session& session, Writing& writing) const {
  if (writing.put_plan) {
    return writer_.ApplyPlan(session,
                             [&](EntryWriter::Put put) { return writing.put_plan(session, put); });
  }
  if (writing.plan) {
    TRIAD_ASSIGN_OR_RETURN(writing.writes, writing.plan(session));
  }
  if (writing.writes.empty()) return Change();
  return writer_.Apply(session, writing.writes);
}

absl::Status EntryStore::Attempt(db::Session& session, Writing& writing) const {
  writing.change = {};  // of an earlier attempt
  writing.done = false;
  TRIAD_ASSIGN_OR_RETURN(writing.change, Perform(session, writing));
  if (writing.change.events.empty()) {
    TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
    writing.change.revision = meta.head;
  } else {
    TRIAD_RETURN_IF_ERROR(AppendLine(session, writing.change, writing.line));
  }
  writing.done = true;
  // An error undoes what was written.
  return writing.dry_run ? absl::CancelledError("dry run") : absl::OkStatus();
}

absl::Status EntryStore::Attempt(db::Session& session, Committing& committing) const {
  Applied& applied = committing.applied;
  applied = {};  // of an earlier attempt
  committing.undone = false;
  TRIAD_ASSIGN_OR_RETURN(applied, writer_.ApplyEach(session, committing.writes));
  if (!applied.error.ok()) {
    return Annotate(applied.error, absl::StrCat("operations[", applied.outcomes.size(), "]: "));
  }
  TRIAD_RETURN_IF_ERROR(AppendLine(session, applied.change, committing.line));
  // An error undoes what the others have written.
  committing.undone = applied.refused || committing.dry_run;
  return committing.undone ? absl::CancelledError("undone") : absl::OkStatus();
}

absl::StatusOr<Change> EntryStore::Apply(const Plan& plan, DryRun dry_run) {
  auto holding = [&](db::Session& session) -> absl::StatusOr<std::vector<EntryWrite>> {
    // What is looked at is what is written to.
    TRIAD_RETURN_IF_ERROR(MetaRows(session).HoldWrites());
    return plan(session);
  };
  Writing writing(holding, {}, dry_run);
  return Run(writing);
}

absl::StatusOr<Change> EntryStore::Import(PutPlan plan, DryRun dry_run) {
  Writing writing(nullptr, {}, dry_run);
  writing.put_plan = [&](db::Session& session, EntryWriter::Put put) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(MetaRows(session).HoldWrites());
    return plan(session, put);
  };
  return Run(writing);
}

absl::StatusOr<Change> EntryStore::Run(Writing& writing) {
  absl::Status written =
      database_.Write([&](db::Session& session) { return Attempt(session, writing); },
                      [&] {
                        if (!writing.change.events.empty()) Publish(writing.change, writing.line);
                      });
  return writing.Result(written);
}

absl::StatusOr<Entry> EntryStore::Write(const EntryWrite& write, DryRun dry_run) {
  Writing writing(nullptr, {write}, dry_run);
  writer_.CheckAhead(writing.writes.front());
  TRIAD_ASSIGN_OR_RETURN(Change change, Run(writing));
  return std::move(change.events.front().entry);
}

void EntryStore::WriteLater(EntryWrite write, DryRun dry_run, Wanted wanted, Answer<Entry> answer) {
  auto writing = std::make_shared<Writing>(nullptr, std::vector<EntryWrite>(), dry_run);
  writing->writes.push_back(std::move(write));
  writing->wanted = std::move(wanted);
  writing->answer = std::move(answer);
  absl::Status taken = database_.WriteLater(
      [this, writing](db::Session& session) -> absl::Status {
        TRIAD_RETURN_IF_ERROR(writing->wanted());
        return Attempt(session, *writing);
      },
      [this, writing] { Publish(writing->change, writing->line); },
      [writing](const absl::Status& written) {
        absl::StatusOr<Change> change = writing->Result(written);
        if (!change.ok()) return writing->answer(std::move(change).status());
        writing->answer(std::move(change->events.front().entry));
      });
  if (!taken.ok()) writing->answer(std::move(taken));
}

absl::StatusOr<Applied> EntryStore::Commit(std::vector<EntryWrite> writes, DryRun dry_run) {
  for (EntryWrite& write : writes) writer_.CheckAhead(write);
  Committing committing(std::move(writes), dry_run);
  absl::Status committed =
      database_.Write([&](db::Session& session) { return Attempt(session, committing); },
                      [&] { Publish(committing.applied.change, committing.line); });
  return committing.Result(committed);
}

void EntryStore::CommitLater(std::vector<EntryWrite> writes, DryRun dry_run, Wanted wanted,
                             Answer<Applied> answer) {
  auto committing = std::make_shared<Committing>(std::move(writes), dry_run);
  committing->wanted = std::move(wanted);
  committing->answer = std::move(answer);
  absl::Status taken = database_.WriteLater(
      [this, committing](db::Session& session) -> absl::Status {
        TRIAD_RETURN_IF_ERROR(committing->wanted());
        return Attempt(session, *committing);
      },
      [this, committing] { Publish(committing->applied.change, committing->line); },
      [committing](const absl::Status& committed) {
        committing->answer(committing->Result(committed));
      });
  if (!taken.ok()) committing->answer(std::move(taken));
}

absl::StatusOr<std::int64_t> EntryStore::Expire(absl::Time now, std::int64_t limit) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<Expiry> due, db::Read(database_, [&](db::Session& session) {
                           return ExpiryRows(session).ListDue(now, limit);
                         }));
  if (due.empty()) return 0;
  auto plan = [&](db::Session& session) -> absl::StatusOr<std::vector<EntryWrite>> {
    // Again: one of them may have been written since.
    TRIAD_ASSIGN_OR_RETURN(due, ExpiryRows(session).ListDue(now, limit));
    std::vector<EntryWrite> writes;
    for (Expiry& expiry : due) {
      writes.push_back({.name = std::move(expiry.name),
                        .expects = {.version = expiry.version},
                        .kind = EntryWrite::Kind::kDelete});
    }
    return writes;
  };
  TRIAD_ASSIGN_OR_RETURN(Change change, Apply(plan));
  return static_cast<std::int64_t>(change.events.size());
}

}  // namespace triad::config

// Reads and writes entries as they are now, and tells watchers of what was written.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "runtime/audit/audit_log.h"
#include "runtime/database/database.h"
#include "services/config/entries/entry_writer.h"
#include "services/config/entries/list_page.h"
#include "services/config/model/entry.h"
#include "services/config/view/entry_view.h"
#include "services/config/watch/change_publisher.h"

namespace triad::config {

struct EntryStoreOptions {
  // A page ends early once its values have so many bytes, so that answers stay below
  // gRPC's limit on messages. It holds at least one entry.
  std::int64_t page_bytes = 2 << 20;
};

// Every write has a line in the audit log. Thread-safe. Blocks, but for the calls that try and
// those for later: not for gRPC threads. Secrets are masked in all that it returns. All calls may
// also return the errors of the database.
class EntryStore {
 public:
  EntryStore(db::Database& database, EntryWriter writer, audit::AuditLog& audit, EntryView& view,
             ChangePublisher publisher, Epoch epoch, EntryStoreOptions options = {})
      : database_(database),
        writer_(writer),
        audit_(audit),
        view_(view),
        publisher_(std::move(publisher)),
        epoch_(epoch),
        options_(options) {}

  // NOT_FOUND if there is no such entry, with the revision at which there was none.
  absl::StatusOr<Entry> Get(const EntryName& name);
  // The same from memory, at once; nullopt if it takes the database.
  std::optional<absl::StatusOr<Entry>> TryGet(const EntryName& name) const;

  // The entries of these names, all read at one moment; nullopt for absent ones.
  absl::StatusOr<std::vector<std::optional<Entry>>> GetEach(absl::Span<const EntryName> names);

  // A namespace without entries, or that was never written, is an empty page. OUT_OF_RANGE if
  // `query.at` is not kept any more, or has not happened.
  absl::StatusOr<EntryPage> List(const ListQuery& query);
  std::optional<absl::StatusOr<EntryPage>> TryList(const ListQuery& query) const;

  // Returns the entry, or its deletion, once it is durable. Errors are those of
  // EntryWriter::Apply.
  absl::StatusOr<Entry> Write(const EntryWrite& write, DryRun dry_run = DryRun::kNo);

  // The same without waiting: `answer` is called once, with what Write returns, and must not
  // block; it may be called at once. `wanted` is asked when the write's turn comes, on a thread
  // of the database: what it returns, unless OK, is the answer.
  template <typename T>
  using Answer = std::function<void(absl::StatusOr<T>)>;
  using Wanted = std::function<absl::Status()>;
  void WriteLater(EntryWrite write, DryRun dry_run, Wanted wanted, Answer<Entry> answer);

  // Writes all of them, or none if one is refused, which is no error. Errors are those of
  // EntryWriter::ApplyEach, with "operations[i]: " before them.
  absl::StatusOr<Applied> Commit(std::vector<EntryWrite> writes, DryRun dry_run = DryRun::kNo);
  // The same without waiting, as WriteLater.
  void CommitLater(std::vector<EntryWrite> writes, DryRun dry_run, Wanted wanted,
                   Answer<Applied> answer);

  // Writes what `plan` finds to write, which looks at the store in the same transaction, all
  // at one new revision. If that is nothing, nothing is written, and the change has no events
  // and the revision that is the newest. `plan` may run more than once.
  using Plan = std::function<absl::StatusOr<std::vector<EntryWrite>>(db::Session&)>;
  absl::StatusOr<Change> Apply(const Plan& plan, DryRun dry_run = DryRun::kNo);

  // The same of what `plan` puts, which is not held, up to what an import may write.
  using PutPlan = std::function<absl::Status(db::Session&, EntryWriter::Put)>;
  absl::StatusOr<Change> Import(PutPlan plan, DryRun dry_run = DryRun::kNo);

  // Of one transaction.
  const EntryWriterOptions& limits() const { return writer_.options(); }

  // Deletes entries whose end was not after `now`, at most `limit` of them, in one revision.
  // Returns how many there were.
  absl::StatusOr<std::int64_t> Expire(absl::Time now, std::int64_t limit);

 private:
  // A write on its way. They outlive each attempt at it.
  struct Writing;
  struct Committing;

  absl::Status Attempt(db::Session& session, Writing& writing) const;
  absl::StatusOr<Change> Perform(db::Session& session, Writing& writing) const;
  absl::Status Attempt(db::Session& session, Committing& committing) const;
  absl::Status AppendLine(db::Session& session, const Change& change, audit::Line& line) const;
  void Publish(const Change& change, const audit::Line& line);
  absl::StatusOr<Change> Run(Writing& writing);
  absl::StatusOr<bool> AddValues(EntryView::Listed& listed);

  db::Database& database_;
  const EntryWriter writer_;
  audit::AuditLog& audit_;
  EntryView& view_;
  const ChangePublisher publisher_;
  const Epoch epoch_;
  const EntryStoreOptions options_;
};

}  // namespace triad::config

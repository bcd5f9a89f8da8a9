// Applies writes inside a transaction: compare-and-set, versions, secrets.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/database/database.h"
#include "services/config/entries/entry_write.h"
#include "services/config/model/entry.h"

namespace triad {
class Clock;
}

namespace triad::config {

class DataKeys;
class SchemaCache;
struct LatestVersion;

struct EntryWriterOptions {
  // Whether only CreateNamespace makes namespaces, and not the first write into one.
  bool explicit_namespaces = false;
  // What one transaction writes at most: entries, and bytes of their values. It writes one
  // entry, however large that is.
  std::int64_t transaction_entries = 1000;
  std::int64_t transaction_bytes = 64 << 20;
  // The same of entries, of an import.
  std::int64_t import_entries = 100'000;
};

// Cheap to copy. What it is given must outlive it.
class EntryWriter {
 public:
  EntryWriter(const DataKeys& secrets, SchemaCache& schemas, const Clock& clock, Epoch epoch,
              EntryWriterOptions options = {})
      : secrets_(secrets), schemas_(schemas), clock_(clock), epoch_(epoch), options_(options) {}

  // Writes all of `writes`, which name different entries, at one new revision,
  // and returns what to publish once it is committed. Nothing may be committed if it
  // returns an error.
  //
  // An entry that is a secret stays one, also when it is deleted and written again. NOT_FOUND
  // if there is nothing to delete or to undelete, ALREADY_EXISTS if what is to be undeleted
  // is there. ABORTED if an etag is not the current one, FAILED_PRECONDITION if a condition
  // does not hold, or if the namespace is being deleted, or is not there and may not be made.
  // INVALID_ARGUMENT if a value does not fit the schema that counts for its key; and if a secret is
  // set to the mask, also its first value: that is what a
  // caller sends who writes an entry as it was read, and the secret would be lost.
  absl::StatusOr<Change> Apply(db::Session& session, absl::Span<const EntryWrite> writes) const;

  // The same, but each write that finds the store otherwise than it expects is told in its
  // outcome, and other errors beside them; nothing may be committed then. The error is
  // INVALID_ARGUMENT also if two of `writes` are about one entry, or all together are too
  // large. A change over 4 MiB is not held whole: values over 1 KiB are left out.
  absl::StatusOr<Applied> ApplyEach(db::Session& session,
                                    absl::Span<const EntryWrite> writes) const;

  // Holds the value of a put against the schemas that are known, on the caller's thread. If it
  // fits, the transaction, for which all other writes wait, does not do it again.
  void CheckAhead(EntryWrite& write) const;

  // Takes one write after the other, which name different entries, until there is an error,
  // which is also that of ApplyEach.
  using Put = absl::FunctionRef<absl::Status(const EntryWrite&)>;
  using Plan = absl::FunctionRef<absl::Status(Put)>;
  // As Apply, of what `plan` puts, none of which is held, and which may be more: what an import
  // may write. If that is nothing, no revision is taken, and the change has no events.
  absl::StatusOr<Change> ApplyPlan(db::Session& session, Plan plan) const;

  const EntryWriterOptions& options() const { return options_; }

 private:
  // What one ApplyEach has come to.
  struct Progress;

  absl::StatusOr<std::optional<Entry>> ShowCurrent(db::Session& session,
                                                   const EntryName& name) const;
  absl::Status ApplyNext(db::Session& session, const EntryWrite& write, Progress& progress) const;
  // That there is room for one more.
  absl::Status CheckCount(const Progress& progress) const;
  absl::Status AddOne(db::Session& session, const EntryWrite& write, Progress& progress) const;
  absl::Status DeletePrefix(db::Session& session, const EntryWrite& write,
                            Progress& progress) const;
  absl::StatusOr<EntryEvent> ApplyOne(db::Session& session, const EntryWrite& write,
                                      Progress& progress) const;
  // That the namespace may be written to, which makes it if it is not there.
  absl::Status CheckNamespace(db::Session& session, const EntryWrite& write,
                              const std::optional<LatestVersion>& latest) const;
  absl::Status CheckSchema(db::Session& session, const EntryWrite& write,
                           const StoredEntry& next) const;
  // Encrypts the value of a secret.
  absl::Status Seal(db::Session& session, StoredEntry& next) const;

  const DataKeys& secrets_;
  SchemaCache& schemas_;
  const Clock& clock_;
  Epoch epoch_;
  EntryWriterOptions options_;
};

}  // namespace triad::config

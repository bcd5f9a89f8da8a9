// Applies writes inside a transaction: compare-and-set, versions, secrets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/base/etags.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad {
class Clock;
}

namespace triad::config {

class Keyring;
struct LatestVersion;

// One entry to write: to put, to delete, or to bring back what was deleted.
struct EntryWrite {
  enum class Kind { kPut, kDelete, kUndelete };

  EntryName name;
  Value value;  // of a put
  bool secret = false;
  // The etag that the entry must have now; empty to write whatever is there.
  std::string etag = {};
  EtagCondition condition = {};
  Kind kind = Kind::kPut;
};

// Cheap to copy. What it is given must outlive it.
class EntryWriter {
 public:
  EntryWriter(const Keyring& secrets, const Clock& clock, Epoch epoch)
      : secrets_(secrets), clock_(clock), epoch_(epoch) {}

  // Writes all of `writes`, which name different entries, at one new revision,
  // and returns what to publish once it is committed.
  //
  // An entry that is a secret stays one, also when it is deleted and written again. NOT_FOUND
  // if there is nothing to delete or to undelete, ALREADY_EXISTS if what is to be undeleted
  // is there. ABORTED if an etag is not the current one,
  // FAILED_PRECONDITION if a condition does not hold.
  // INVALID_ARGUMENT if a secret is set to the mask, also its first value: that is what a
  // caller sends who writes an entry as it was read, and the secret would be lost.
  absl::StatusOr<Change> Apply(db::Session& session, absl::Span<const EntryWrite> writes) const;

 private:
  absl::StatusOr<EntryEvent> ApplyOne(db::Session& session, const EntryWrite& write,
                                      Revision revision, std::int64_t ordinal) const;
  // What the write makes of the entry, not yet sealed.
  absl::StatusOr<StoredEntry> Next(db::Session& session, const EntryWrite& write,
                                   const std::optional<LatestVersion>& latest) const;
  // Brings back what the entry was before it was deleted.
  absl::Status Restore(db::Session& session, StoredEntry& next) const;

  const Keyring& secrets_;
  const Clock& clock_;
  Epoch epoch_;
};

}  // namespace triad::config

// Applies writes inside a transaction: compare-and-set, versions, secrets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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

// One entry to write: to put, to delete, to bring back what was deleted, or to copy from
// another. With kDeletePrefix, all entries whose key starts with that of the name.
struct EntryWrite {
  enum class Kind { kPut, kDelete, kUndelete, kCopy, kDeletePrefix };

  EntryName name;
  Value value;  // of a put
  bool secret = false;
  // The etag that the entry must have now; empty to write whatever is there.
  std::string etag = {};
  EtagCondition condition = {};
  Kind kind = Kind::kPut;
  EntryName source = {};  // of a copy
  // The version that the entry must have now, 0 if there must be none.
  std::optional<std::int64_t> expected_version = {};
};

// What became of one write.
struct WriteOutcome {
  absl::Status refused;          // OK if it was done
  std::optional<Entry> current;  // of one that was refused: the entry as it is, if it is
  // Its events among those of the change.
  std::size_t first_event = 0;
  std::size_t events = 0;
};

struct Applied {
  Change change;
  std::vector<WriteOutcome> outcomes;  // one for each write, up to an error
  bool refused = false;                // whether any was
  absl::Status error;                  // why the write behind the outcomes cannot be done at all
};

// Cheap to copy. What it is given must outlive it.
class EntryWriter {
 public:
  EntryWriter(const Keyring& secrets, const Clock& clock, Epoch epoch)
      : secrets_(secrets), clock_(clock), epoch_(epoch) {}

  // Writes all of `writes`, which name different entries, at one new revision,
  // and returns what to publish once it is committed. Nothing may be committed if it
  // returns an error.
  //
  // An entry that is a secret stays one, also when it is deleted and written again. NOT_FOUND
  // if there is nothing to delete or to undelete, ALREADY_EXISTS if what is to be undeleted
  // is there. ABORTED if an etag is not the current one,
  // FAILED_PRECONDITION if a condition does not hold.
  // INVALID_ARGUMENT if a secret is set to the mask, also its first value: that is what a
  // caller sends who writes an entry as it was read, and the secret would be lost.
  absl::StatusOr<Change> Apply(db::Session& session, absl::Span<const EntryWrite> writes) const;

  // The same, but each write that finds the store otherwise than it expects is told in its
  // outcome, and other errors beside them; nothing may be committed then. The error is
  // INVALID_ARGUMENT also if two of `writes` are about one entry, or all together are too
  // large.
  absl::StatusOr<Applied> ApplyEach(db::Session& session,
                                    absl::Span<const EntryWrite> writes) const;

 private:
  // What one ApplyEach has come to.
  struct Progress;

  absl::StatusOr<std::optional<Entry>> ShowCurrent(db::Session& session,
                                                   const EntryName& name) const;
  absl::Status ApplyNext(db::Session& session, const EntryWrite& write, Progress& progress) const;
  absl::Status DeletePrefix(db::Session& session, const EntryWrite& write,
                            Progress& progress) const;
  absl::StatusOr<EntryEvent> ApplyOne(db::Session& session, const EntryWrite& write,
                                      Progress& progress) const;
  // What the write makes of the entry, not yet sealed.
  absl::StatusOr<StoredEntry> Next(db::Session& session, const EntryWrite& write,
                                   const std::optional<LatestVersion>& latest) const;
  // Gives `next` the value of `from`, opened.
  absl::Status TakeValue(std::optional<StoredEntry> from, const EntryName& name,
                         StoredEntry& next) const;

  const Keyring& secrets_;
  const Clock& clock_;
  Epoch epoch_;
};

}  // namespace triad::config

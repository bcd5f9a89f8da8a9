// Changes of objects that write no content: rows only, in one transaction each.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/resources/dry_run.h"
#include "services/storage/model/condition.h"
#include "services/storage/model/object.h"
#include "services/storage/parts.h"
#include "services/storage/versions/object_change.h"

namespace triad::storage {

// What of an object is written anew; what is unset stays.
struct ObjectChanges {
  std::optional<std::string> content_type = {};
  // Which of the headers, and what it becomes.
  std::vector<std::pair<std::string ContentHeaders::*, std::string>> headers = {};
  std::optional<std::map<std::string, std::string>> metadata = {};
  std::optional<std::map<std::string, std::string>> tags = {};

  void Apply(Object& object) const;
};

// A version, and when something may be done with it.
struct ObjectSelection {
  ObjectName name = {};
  Generation generation = kCurrent;
  ObjectCondition condition = {};
};

// What became of one of several deletions.
struct DeleteOutcome {
  absl::StatusOr<Object> deleted;  // what was there
  // What is there, if a condition does not hold.
  std::optional<Object> current = {};
};

// Thread-safe. Blocks. NOT_FOUND, naming it, for what is not there; FAILED_PRECONDITION if a
// condition does not hold, or if the bucket is being deleted.
class ObjectEditor {
 public:
  // `parts` must outlive it.
  explicit ObjectEditor(const Parts& parts) : parts_(parts) {}

  absl::StatusOr<Object> Update(const ObjectSelection& object, const ObjectChanges& changes,
                                DryRun dry_run = DryRun::kNo);

  // Makes the content and the properties of `source` those of `target`, which gets a new
  // generation. No bytes are moved.
  absl::StatusOr<Object> Copy(const ObjectSelection& source, const ObjectName& target,
                              const ObjectCondition& condition, const ObjectChanges& changes = {},
                              DryRun dry_run = DryRun::kNo);
  // The same, and deletes the source: at no moment are both there, or none.
  // INVALID_ARGUMENT if source and target are the same.
  absl::StatusOr<Object> Move(const ObjectSelection& source, const ObjectName& target,
                              const ObjectCondition& condition, DryRun dry_run = DryRun::kNo);

  // Deletes what is current, or removes the version of `generation` for good. Returns what was
  // there.
  absl::StatusOr<Object> Delete(const ObjectSelection& object, DryRun dry_run = DryRun::kNo);
  // The same of each, all in one transaction: what one is refused keeps none from going.
  absl::StatusOr<std::vector<DeleteOutcome>> DeleteEach(const std::vector<ObjectSelection>& objects,
                                                        DryRun dry_run = DryRun::kNo);

  // Makes the newest version that is no mark of a deletion, or the one of `generation`,
  // current again, as a new one. FAILED_PRECONDITION for the newest if the object is there.
  absl::StatusOr<Object> Restore(const ObjectSelection& object, DryRun dry_run = DryRun::kNo);

 private:
  using Work = absl::FunctionRef<absl::StatusOr<Object>(db::Session&, absl::Time)>;

  // Runs `work` in a transaction with a line in the audit log about `name`.
  absl::StatusOr<Object> Write(const ObjectName& name, DryRun dry_run, Work work);
  absl::StatusOr<Object> DeleteOne(db::Session& session, absl::Time now,
                                   const ObjectSelection& object);
  // Puts `source` where `change` is, with another generation and etag.
  absl::StatusOr<Object> PutAgain(db::Session& session, ObjectChange& change, Object source,
                                  const ObjectName& target, absl::Time now);

  const Parts& parts_;
};

}  // namespace triad::storage

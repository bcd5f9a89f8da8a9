// The table `meta`: one row about the whole store.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad::config {

struct Meta {
  // The newest revision.
  Revision head;
  // The newest revision whose events are gone.
  Revision floor;
  Epoch epoch;
  // Absent until the first start is complete.
  std::optional<Sealed> key_check;
};

// OUT_OF_RANGE, with the bounds, if the store cannot be read as it was at `revision`.
absl::Status CheckKept(Revision revision, const Meta& meta);

// Works inside the transaction of its session, as all classes of this folder do,
// and returns that session's errors.
class MetaRows {
 public:
  explicit MetaRows(db::Session& session) : session_(session) {}

  absl::StatusOr<Meta> Read();
  // Ends the first start.
  absl::Status Write(Epoch epoch, const Sealed& key_check);
  // head + 1, taken first in every transaction that writes entries: the row is
  // locked until the commit, which makes revisions dense and in commit order.
  absl::StatusOr<Revision> TakeRevision();
  // Takes the same lock without a revision: the transaction sees every write of
  // entries that came before it, and later ones begin after its commit.
  absl::Status HoldWrites();
  absl::Status SetFloor(Revision floor);

 private:
  db::Session& session_;
};

}  // namespace triad::config

// Takes lists and pieces away that no version refers to any more.
//
//   list without references ─▶ its pieces lose one each ─▶ the list is gone
//   piece without references ─▶ its row is gone, its blob is garbage ─▶ the blob is removed
//
// Each arrow is a transaction, or for the last one what follows it, so that this may be cut
// short anywhere. A piece whose row is still there may come to be referred to again; one that
// is taken cannot: equal bytes are stored anew then.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "runtime/base/clock.h"
#include "runtime/database/database.h"
#include "services/storage/content/content_holds.h"

namespace triad::storage {

// Asked before each removal: whether the sweep is to end.
using Stopping = absl::FunctionRef<bool()>;
inline bool NeverStopping() { return false; }

// Thread-safe. Blocks. What it is given must outlive it. What somebody holds is passed over.
class LooseContent {
 public:
  LooseContent(db::Database& database, ContentHolds& holds, const Clock& clock)
      : database_(database), holds_(holds), clock_(clock) {}

  absl::Status TakeListsApart(Stopping stopping);
  absl::Status TakePieces(Stopping stopping);

 private:
  absl::Status TakeApart(ListId id, Stopping stopping);

  db::Database& database_;
  ContentHolds& holds_;
  const Clock& clock_;
};

}  // namespace triad::storage

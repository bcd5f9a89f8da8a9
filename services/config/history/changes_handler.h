// DiffEntries, RollbackEntry, RollbackNamespace, DestroyEntryVersions.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/entries/entry_store.h"
#include "services/config/history/destroyer.h"
#include "services/config/history/entry_history.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. Blocks.
class ChangesHandler {
 public:
  ChangesHandler(EntryStore& store, EntryHistory& history, Destroyer& destroyer, ValueLimits limits)
      : store_(store), history_(history), destroyer_(destroyer), limits_(limits) {}

  absl::StatusOr<v1::DiffEntriesResponse> Diff(rpc::Call& call,
                                               const v1::DiffEntriesRequest& request);
  absl::StatusOr<v1::RollbackResponse> RollbackEntry(rpc::Call& call,
                                                     const v1::RollbackEntryRequest& request);
  absl::StatusOr<v1::RollbackResponse> RollbackNamespace(
      rpc::Call& call, const v1::RollbackNamespaceRequest& request);
  absl::StatusOr<v1::DestroyEntryVersionsResponse> Destroy(
      rpc::Call& call, const v1::DestroyEntryVersionsRequest& request);

 private:
  absl::StatusOr<v1::RollbackResponse> Apply(const EntryStore::Plan& plan, bool validate_only);

  EntryStore& store_;
  EntryHistory& history_;
  Destroyer& destroyer_;
  const ValueLimits limits_;
};

}  // namespace triad::config

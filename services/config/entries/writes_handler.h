// SetEntry, UpdateEntry, DeleteEntry, UndeleteEntry.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/entries/entry_store.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. Blocks.
class WritesHandler {
 public:
  WritesHandler(EntryStore& store, ValueLimits limits) : store_(store), limits_(limits) {}

  absl::StatusOr<v1::Entry> Set(rpc::Call& call, const v1::SetEntryRequest& request);
  absl::StatusOr<v1::Entry> Update(rpc::Call& call, const v1::UpdateEntryRequest& request);
  absl::StatusOr<v1::Entry> Delete(rpc::Call& call, const v1::DeleteEntryRequest& request);
  absl::StatusOr<v1::Entry> Undelete(rpc::Call& call, const v1::UndeleteEntryRequest& request);

 private:
  // With the condition that the call's headers make.
  absl::StatusOr<v1::Entry> Write(rpc::Call& call, EntryWrite write, bool validate_only);

  EntryStore& store_;
  const ValueLimits limits_;
};

}  // namespace triad::config

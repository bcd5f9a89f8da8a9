// GetEntry, ListEntries, SetEntry, DeleteEntry, UndeleteEntry.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/entries/entry_store.h"
#include "services/config/history/entry_history.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. Blocks.
class EntriesHandler {
 public:
  EntriesHandler(EntryStore& store, EntryHistory& history, ValueLimits limits)
      : store_(store), history_(history), limits_(limits) {}

  absl::StatusOr<v1::Entry> Get(rpc::Call& call, const v1::GetEntryRequest& request);
  absl::StatusOr<v1::ListEntriesResponse> List(rpc::Call& call,
                                               const v1::ListEntriesRequest& request);
  absl::StatusOr<v1::Entry> Set(rpc::Call& call, const v1::SetEntryRequest& request);
  absl::StatusOr<v1::Entry> Delete(rpc::Call& call, const v1::DeleteEntryRequest& request);
  absl::StatusOr<v1::Entry> Undelete(rpc::Call& call, const v1::UndeleteEntryRequest& request);

 private:
  absl::StatusOr<Entry> Find(const EntryName& name, const v1::GetEntryRequest& request);
  // With the condition that the call's headers make.
  absl::StatusOr<v1::Entry> Write(rpc::Call& call, EntryWrite write);

  EntryStore& store_;
  EntryHistory& history_;
  const ValueLimits limits_;
};

}  // namespace triad::config

// GetEntry, ListEntries, SetEntry.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/entries/entry_store.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. Blocks.
class EntriesHandler {
 public:
  EntriesHandler(EntryStore& store, ValueLimits limits) : store_(store), limits_(limits) {}

  absl::StatusOr<v1::Entry> Get(rpc::Call& call, const v1::GetEntryRequest& request);
  absl::StatusOr<v1::ListEntriesResponse> List(rpc::Call& call,
                                               const v1::ListEntriesRequest& request);
  absl::StatusOr<v1::Entry> Set(rpc::Call& call, const v1::SetEntryRequest& request);

 private:
  EntryStore& store_;
  const ValueLimits limits_;
};

}  // namespace triad::config

// CommitEntries.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/entries/entry_store.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. Blocks.
class CommitHandler {
 public:
  CommitHandler(EntryStore& store, ValueLimits limits) : store_(store), limits_(limits) {}

  absl::StatusOr<v1::CommitEntriesResponse> Commit(rpc::Call& call,
                                                   const v1::CommitEntriesRequest& request);

 private:
  EntryStore& store_;
  const ValueLimits limits_;
};

}  // namespace triad::config

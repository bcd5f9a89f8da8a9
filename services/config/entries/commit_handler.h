// CommitEntries.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/stream.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/entries/entry_store.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. Blocks for requests of more than kShortWrite bytes alone.
class CommitHandler {
 public:
  CommitHandler(EntryStore& store, ValueLimits limits) : store_(store), limits_(limits) {}

  using Later = absl::StatusOr<std::unique_ptr<rpc::Source<v1::CommitEntriesResponse>>>;
  Later Commit(rpc::Call& call, const v1::CommitEntriesRequest& request);

 private:
  EntryStore& store_;
  const ValueLimits limits_;
};

}  // namespace triad::config

// ListEntryVersions.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/config/history/entry_history.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. Blocks.
class HistoryHandler {
 public:
  explicit HistoryHandler(EntryHistory& history) : history_(history) {}

  absl::StatusOr<v1::ListEntryVersionsResponse> List(rpc::Call& call,
                                                     const v1::ListEntryVersionsRequest& request);

 private:
  EntryHistory& history_;
};

}  // namespace triad::config

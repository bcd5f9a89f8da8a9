// GetAppConfig.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/config/entries/entry_store.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. Blocks.
class AppConfigHandler {
 public:
  explicit AppConfigHandler(EntryStore& store) : store_(store) {}

  absl::StatusOr<v1::AppConfig> Get(rpc::Call& call, const v1::GetAppConfigRequest& request);

 private:
  EntryStore& store_;
};

}  // namespace triad::config

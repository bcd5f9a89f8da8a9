// RevealEntry.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/config/secrets/revealer.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. Blocks.
class RevealHandler {
 public:
  explicit RevealHandler(Revealer& revealer) : revealer_(revealer) {}

  absl::StatusOr<v1::Entry> Reveal(rpc::Call& call, const v1::RevealEntryRequest& request);

 private:
  Revealer& revealer_;
};

}  // namespace triad::config

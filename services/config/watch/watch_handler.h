// WatchEntries.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/encoded.h"
#include "runtime/rpc/stream.h"
#include "services/config/watch/watch_hub.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. The hub outlives the streams.
class WatchHandler {
 public:
  using Stream = rpc::Source<rpc::Encoded<v1::WatchEntriesResponse>>;

  explicit WatchHandler(WatchHub& hub) : hub_(hub) {}

  // Blocks, but the stream that it returns does not.
  absl::StatusOr<std::unique_ptr<Stream>> Watch(rpc::Call& call,
                                                const v1::WatchEntriesRequest& request);

 private:
  WatchHub& hub_;
};

}  // namespace triad::config

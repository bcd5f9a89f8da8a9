// WatchEntries.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/encoded.h"
#include "runtime/rpc/stream.h"
#include "runtime/watch/watch_hub.h"
#include "services/config/entries/entry_store.h"
#include "services/config/namespaces/namespace_store.h"
#include "triad/config/v1/config.pb.h"

namespace triad {
class Executor;
}

namespace triad::config {

// Thread-safe. What it is given must outlive it and its streams.
class WatchHandler {
 public:
  using Stream = rpc::Source<rpc::Encoded<v1::WatchEntriesResponse>>;

  WatchHandler(WatchHub& hub, EntryStore& store, NamespaceStore& namespaces, Executor& executor,
               Epoch epoch)
      : hub_(hub), store_(store), namespaces_(namespaces), executor_(executor), epoch_(epoch) {}

  // Blocks, but the stream that it returns does not.
  absl::StatusOr<std::unique_ptr<Stream>> Watch(rpc::Call& call,
                                                const v1::WatchEntriesRequest& request);

 private:
  absl::StatusOr<std::unique_ptr<Stream>> WatchAfterSnapshot(WatchFilter filter);

  WatchHub& hub_;
  EntryStore& store_;
  NamespaceStore& namespaces_;
  Executor& executor_;
  const Epoch epoch_;
};

}  // namespace triad::config

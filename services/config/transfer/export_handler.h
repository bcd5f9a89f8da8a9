// ExportEntries and RevealEntries.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "google/api/httpbody.pb.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/stream.h"
#include "services/config/entries/entry_store.h"
#include "services/config/secrets/revealer.h"
#include "services/config/transfer/exporter.h"
#include "triad/config/v1/config.pb.h"

namespace triad {
class Executor;
}

namespace triad::config {

// Thread-safe. Blocks. What it is given must outlive it and its streams.
class ExportHandler {
 public:
  using Source = rpc::Source<google::api::HttpBody>;

  ExportHandler(EntryStore& store, Revealer& revealer, Executor& executor)
      : store_(store), revealer_(revealer), executor_(executor) {}

  absl::StatusOr<std::unique_ptr<Source>> Export(rpc::Call& call,
                                                 const v1::ExportEntriesRequest& request);
  absl::StatusOr<std::unique_ptr<Source>> Reveal(rpc::Call& call,
                                                 const v1::RevealEntriesRequest& request);

 private:
  absl::StatusOr<std::unique_ptr<Source>> Open(rpc::Call& call, Revealer* revealer,
                                               ExportRequest request);

  EntryStore& store_;
  Revealer& revealer_;
  Executor& executor_;
};

}  // namespace triad::config

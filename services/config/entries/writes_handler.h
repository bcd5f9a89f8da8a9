// SetEntry, UpdateEntry, DeleteEntry, UndeleteEntry.
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
class WritesHandler {
 public:
  using Later = absl::StatusOr<std::unique_ptr<rpc::Source<v1::Entry>>>;

  WritesHandler(EntryStore& store, ValueLimits limits) : store_(store), limits_(limits) {}

  Later Set(rpc::Call& call, const v1::SetEntryRequest& request);
  Later Update(rpc::Call& call, const v1::UpdateEntryRequest& request);
  Later Delete(rpc::Call& call, const v1::DeleteEntryRequest& request);
  Later Undelete(rpc::Call& call, const v1::UndeleteEntryRequest& request);

 private:
  // With the condition that the call's headers make. `request` is what `write` was made of.
  template <typename Request>
  Later Write(rpc::Call& call, const Request& request, EntryWrite write);

  EntryStore& store_;
  const ValueLimits limits_;
};

}  // namespace triad::config

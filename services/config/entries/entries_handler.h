// GetEntry, ListEntries.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/config/entries/entry_store.h"
#include "services/config/history/entry_history.h"
#include "triad/config/v1/config.pb.h"

namespace triad::config {

// Thread-safe. Blocks, but for the calls that try.
class EntriesHandler {
 public:
  EntriesHandler(EntryStore& store, EntryHistory& history, Epoch epoch)
      : store_(store), history_(history), epoch_(epoch) {}

  absl::StatusOr<v1::Entry> Get(rpc::Call& call, const v1::GetEntryRequest& request);
  std::optional<absl::StatusOr<v1::Entry>> TryGet(rpc::Call& call,
                                                  const v1::GetEntryRequest& request) const;

  absl::StatusOr<v1::ListEntriesResponse> List(rpc::Call& call,
                                               const v1::ListEntriesRequest& request);
  std::optional<absl::StatusOr<v1::ListEntriesResponse>> TryList(
      rpc::Call& call, const v1::ListEntriesRequest& request) const;

 private:
  absl::StatusOr<Entry> Find(const EntryName& name, const v1::GetEntryRequest& request);
  absl::StatusOr<v1::ListEntriesResponse> Answer(rpc::Call& call,
                                                 const v1::ListEntriesRequest& request,
                                                 EntryPage page) const;

  EntryStore& store_;
  EntryHistory& history_;
  const Epoch epoch_;
};

}  // namespace triad::config

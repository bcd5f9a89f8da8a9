// GetEntry, ListEntries.
#pragma once

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/stream.h"
#include "runtime/watch/watch_hub.h"
#include "services/config/entries/entry_store.h"
#include "services/config/history/entry_history.h"
#include "services/config/references/references.h"
#include "triad/config/v1/config.pb.h"

namespace triad {
class Executor;
}

namespace triad::config {

// Thread-safe. Blocks, but for the calls that try. What it is given must outlive it and its
// answers.
class EntriesHandler {
 public:
  template <typename Response>
  using Later = absl::StatusOr<std::unique_ptr<rpc::Source<Response>>>;

  EntriesHandler(EntryStore& store, EntryHistory& history, References& references, WatchHub& hub,
                 Executor& executor, Epoch epoch)
      : store_(store),
        history_(history),
        references_(references),
        hub_(hub),
        executor_(executor),
        epoch_(epoch) {}

  Later<v1::Entry> Get(rpc::Call& call, const v1::GetEntryRequest& request);
  std::optional<absl::StatusOr<v1::Entry>> TryGet(rpc::Call& call,
                                                  const v1::GetEntryRequest& request) const;

  Later<v1::ListEntriesResponse> List(rpc::Call& call, const v1::ListEntriesRequest& request);
  std::optional<absl::StatusOr<v1::ListEntriesResponse>> TryList(
      rpc::Call& call, const v1::ListEntriesRequest& request) const;

 private:
  absl::StatusOr<v1::Entry> GetNow(rpc::Call& call, const EntryName& name,
                                   const v1::GetEntryRequest& request);
  absl::StatusOr<Entry> Find(const EntryName& name, const v1::GetEntryRequest& request);
  absl::StatusOr<v1::ListEntriesResponse> ListNow(rpc::Call& call,
                                                  const v1::ListEntriesRequest& request);
  absl::StatusOr<v1::ListEntriesResponse> Answer(rpc::Call& call,
                                                 const v1::ListEntriesRequest& request,
                                                 EntryPage page) const;

  EntryStore& store_;
  EntryHistory& history_;
  References& references_;
  WatchHub& hub_;
  Executor& executor_;
  const Epoch epoch_;
};

}  // namespace triad::config

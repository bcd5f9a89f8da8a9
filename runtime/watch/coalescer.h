// Several changes as one message, with the newest event of each name alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/base/resources/revision.h"
#include "runtime/watch/encoded_change.h"
#include "runtime/watch/watch_filter.h"

namespace triad {

// Not thread-safe. What it is given must outlive it.
class Coalescer {
 public:
  // The message has `max_bytes` at most.
  Coalescer(const WatchFilter& filter, std::int64_t max_bytes)
      : filter_(filter), max_bytes_(max_bytes) {}

  // Adds the events that match, of a change that is newer than those before. Returns false if
  // there is no room for them, and then none is in the message.
  bool Add(const EncodedChange& change);

  // Of the revision of the last. At least one was added.
  EncodedChange Finish() const;

 private:
  struct Event {
    const EncodedChange::Event* event = nullptr;
    absl::string_view piece;
  };
  std::vector<Event> MatchesOf(const EncodedChange& change) const;

  const WatchFilter& filter_;
  const std::int64_t max_bytes_;
  std::vector<Event> events_;  // in order; without an `event` if there is a newer one
  using Name = std::pair<absl::string_view, absl::string_view>;  // space and key
  std::map<Name, std::size_t> newest_;                           // where it stands in `events_`
  std::int64_t bytes_ = 0;
  const EncodedChange* last_ = nullptr;
};

}  // namespace triad

// Changes as watchers get them: serialized once, whoever gets how much of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/base/resources/revision.h"
#include "runtime/watch/watch_filter.h"

namespace triad {

// A message: a beginning, which tells the revision, and a piece for each event. What is
// left of it without some of those pieces is a message, too.
struct EncodedChange {
  struct Event {
    std::string space, key;
    std::size_t end = 0;  // of its piece, which begins where the one before ends
    std::string labels = {}, labels_before = {};
  };

  // What comes before it.
  Position before() const { return {Revision{revision.value - 1}, first_event}; }

  Revision revision;
  std::string bytes;
  std::size_t begin = 0;  // where the first event's piece begins
  std::vector<Event> events;
  std::int64_t first_event = 0;  // among those of its revision
  bool unfinished = false;       // whether more of its revision follows
  // Whether it only says what a revision is about that is too large to be in memory: it is no
  // message then, and has no bytes.
  bool outline = false;
};

// Shared by the ring of the watch hub and all watchers, and so never changed any more.
using EncodedChangePtr = std::shared_ptr<const EncodedChange>;

// What it takes in memory.
std::int64_t SizeOf(const EncodedChange& change);

// What one watcher is told.
struct WatchMessage {
  Revision revision;
  EncodedChangePtr change;  // keeps the bytes
  // One after the other, the message.
  std::vector<absl::string_view> pieces;
};

// The message of the events that match; nullopt if none does.
std::optional<WatchMessage> Select(const EncodedChangePtr& change, const WatchFilter& filter);
// Of all of them, whichever match.
WatchMessage SelectAll(EncodedChangePtr change);

}  // namespace triad

// Pages of the change log that one watcher has read and another wants, too.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "runtime/base/resources/revision.h"
#include "runtime/watch/encoded_change.h"
#include "runtime/watch/watch_filter.h"

namespace triad {

// A page of the change log, as watchers get it.
struct EncodedPage {
  std::vector<EncodedChangePtr> changes;
  Position scanned;
};

// Not thread-safe. Holds no page itself: knows the latest for as long as some watcher has
// all of it.
class SharedPages {
 public:
  // What was read for a filter after a place.
  void Keep(const WatchFilter& filter, Position after, const EncodedPage& page);
  std::optional<EncodedPage> Find(const WatchFilter& filter, Position after) const;
  void Clear() { pages_.clear(); }

 private:
  struct Known {
    WatchFilter filter;
    Position after;
    std::vector<std::weak_ptr<const EncodedChange>> changes;
    Position scanned;
  };
  static std::optional<EncodedPage> Lock(const Known& known);

  std::deque<Known> pages_;
};

}  // namespace triad

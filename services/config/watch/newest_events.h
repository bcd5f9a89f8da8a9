// Of each entry what happened last, for watches that want no more.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/watch/watch_filter.h"
#include "services/config/model/entry.h"
#include "services/config/rows/event_rows.h"
#include "services/config/watch/stored_change_log.h"

namespace triad::config {

struct NewestEvents {
  std::vector<EventKey> events;  // in order
  Position through;              // up to where they are the newest
};

// The newest of `keys`, in as many revisions as fit into `max_bytes`; nullopt if the first does
// not. `keys` are all that there are up to `through`, or if `more` is set the first of them. The
// labels of the filter do not count.
std::optional<NewestEvents> PickNewest(const std::vector<EventKey>& keys, const WatchFilter& filter,
                                       bool more, Position through, std::int64_t max_bytes);

// Makes the whole revisions of a page one change, without what is not the newest.
void Coalesce(ChangePage& page);

}  // namespace triad::config

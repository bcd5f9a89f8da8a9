// Turns changes into the messages of WatchEntries.
#pragma once

#include "services/config/watch/encoded_change.h"

namespace triad::config {

// Serialized WatchEntriesResponses; without events, one with the revision alone.
EncodedChange Encode(const Change& change);

}  // namespace triad::config

// Turns changes into the messages of WatchEntries.
#pragma once

#include "services/config/watch/change_publisher.h"

namespace triad::config {

// Makes serialized WatchEntriesResponses; of a change without events, one that says only
// where to resume.
EncodeChange EncoderOf(Epoch epoch);

}  // namespace triad::config

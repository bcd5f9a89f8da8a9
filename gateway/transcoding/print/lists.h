// Repeated fields and maps as JSON.
#pragma once

#include "gateway/transcoding/print/occurrences.h"

namespace triad::gateway {

// Writes the elements at `places` as a list, or as an object if `field` is a map, with `key` in
// front. One without elements is written only if `even_empty`. `is_written` says whether it was.
bool PrintElements(PrintContext& context, const messages::FieldEntry& field, Occurrences& places,
                   absl::string_view key, bool even_empty, bool& is_written);

}  // namespace triad::gateway

// The descriptor set of Triad's own services, part of the binary that they are served by.
#pragma once

#include "absl/strings/string_view.h"

namespace triad::gateway {

// A serialized FileDescriptorSet with imports and comments; empty in the binary of the image
// that holds nothing of Triad's services.
absl::string_view EmbeddedDescriptorSet();

}  // namespace triad::gateway

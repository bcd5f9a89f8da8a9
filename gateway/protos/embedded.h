// The descriptor set of Triad's own services, part of the binary.
#pragma once

#include "absl/strings/string_view.h"

namespace triad::gateway {

// A serialized FileDescriptorSet with imports and comments.
absl::string_view EmbeddedDescriptorSet();

}  // namespace triad::gateway

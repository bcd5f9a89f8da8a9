// Instead of Triad's own services none, in the gateway that stands alone in an image: what it
// serves is what --descriptor_set has, or servers tell, and without either it does not start.
#include "gateway/protos/embedded.h"

namespace triad::gateway {

absl::string_view EmbeddedDescriptorSet() { return ""; }

}  // namespace triad::gateway

// Bytes in less room, and back.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Family CompressionFamily();

}  // namespace triad::transform

// Bytes and characters written so that they can travel, and back.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Family EncodingFamily();

}  // namespace triad::transform

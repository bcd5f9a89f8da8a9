// Bytes to text that can travel, and back.
#pragma once

#include "services/transform/operation.h"

namespace triad::transform {

Operation FromBase64();
Operation ToBase64();
Operation ToHex();

}  // namespace triad::transform

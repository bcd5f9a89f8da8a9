// The rows of the family.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Operation CodePoints();
Operation DecodeCharset();
Operation EncodeCharset();
Operation FromCodePoints();
Operation Normalize();

}  // namespace triad::transform

// The rows of the family.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Operation Crc();
Operation Digest();
Operation Hmac();
Operation Xxhash();

}  // namespace triad::transform

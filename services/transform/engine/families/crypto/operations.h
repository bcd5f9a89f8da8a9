// The rows of the family.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Operation AesDecrypt();
Operation AesEncrypt();
Operation JwtDecode();
Operation Pbkdf2();

}  // namespace triad::transform

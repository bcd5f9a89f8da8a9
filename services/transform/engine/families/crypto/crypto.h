// Ciphers, keys and tokens.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Family CryptoFamily();

}  // namespace triad::transform

// Short values that stand for long ones.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Family HashingFamily();

}  // namespace triad::transform

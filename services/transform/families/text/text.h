// Text, by the rules of Unicode.
#pragma once

#include "services/transform/operation.h"

namespace triad::transform {

Operation ChangeCase();
Operation Reverse();

}  // namespace triad::transform

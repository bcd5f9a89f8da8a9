// The rows of the family.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Operation FilterLines();
Operation Head();
Operation Join();
Operation LineEnds();
Operation Sort();
Operation Split();
Operation Tail();
Operation Unique();

}  // namespace triad::transform

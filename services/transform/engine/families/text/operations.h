// The rows of the family.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Operation ChangeCase();
Operation Count();
Operation CountMatches();
Operation Diff();
Operation Extract();
Operation Find();
Operation Replace();
Operation Reverse();
Operation Trim();

}  // namespace triad::transform

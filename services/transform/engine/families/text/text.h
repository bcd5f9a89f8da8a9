// Text as people read and search it.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Family TextFamily();

}  // namespace triad::transform

// Single values: times, identifiers, numbers.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Family ValueFamily();

}  // namespace triad::transform

// JSON, YAML and CSV; numbers and the order of keys stay as they are written.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Family DataFamily();

}  // namespace triad::transform

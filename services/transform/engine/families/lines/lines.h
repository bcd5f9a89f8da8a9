// Text line by line; line ends stay what they are.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Family LinesFamily();

}  // namespace triad::transform

// Characters, and how bytes stand for them.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Family UnicodeFamily();

}  // namespace triad::transform

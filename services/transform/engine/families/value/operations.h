// The rows of the family.
#pragma once

#include "services/transform/engine/operation.h"

namespace triad::transform {

Operation IsoToUnix();
Operation NumberBase();
Operation UnixToIso();
Operation UuidFromName();
Operation UuidInspect();

}  // namespace triad::transform

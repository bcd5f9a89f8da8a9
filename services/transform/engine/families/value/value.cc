#include "services/transform/engine/families/value/value.h"

#include "services/transform/engine/families/value/operations.h"

namespace triad::transform {

Family ValueFamily() {
  return {.id = "value",
          .summary = "Single values: times, identifiers, numbers.",
          .operations = {IsoToUnix(), NumberBase(), UnixToIso(), UuidFromName(), UuidInspect()}};
}

}  // namespace triad::transform

#include "services/transform/engine/families/text/text.h"

#include "services/transform/engine/families/text/operations.h"

namespace triad::transform {

Family TextFamily() {
  return {.id = "text",
          .summary = "Text as people read and search it.",
          .operations = {ChangeCase(), Count(), CountMatches(), Diff(), Extract(), Find(),
                         Replace(), Reverse(), Trim()}};
}

}  // namespace triad::transform

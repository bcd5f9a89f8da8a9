#include "services/transform/engine/families/lines/lines.h"

#include "services/transform/engine/families/lines/operations.h"

namespace triad::transform {

Family LinesFamily() {
  return {
      .id = "lines",
      .summary = "Text line by line; line ends stay what they are.",
      .operations = {FilterLines(), Head(), Join(), LineEnds(), Sort(), Split(), Tail(), Unique()}};
}

}  // namespace triad::transform

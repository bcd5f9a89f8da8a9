// Where the parts of a recipe stand in its text.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::cli {

// Of any text, also of a recipe that is not whole yet.
struct RecipeOutline {
  struct Part {
    std::string name;
    std::size_t at = 0;  // the byte of the text that it begins at
  };
  struct Step {
    Part operation;  // without a name where none has been written yet
    std::vector<Part> arguments;
  };
  enum class Next { kNothing, kOperation, kArgument, kValue };

  std::vector<Step> steps;
  // What the text ends within, or what has to follow it.
  Next next = Next::kOperation;
  // Where that begins: what is behind it has been written already.
  std::size_t begun = 0;
};

RecipeOutline OutlineOf(absl::string_view text);

// `status` of the engine or the server, which names a step or its argument, with the line and
// the column of `text` that it stands at; for an operation that there is not, with the nearest, and
// what lists them.
// Another status as it is.
absl::Status WithPlace(const absl::Status& status, absl::string_view text);

}  // namespace triad::cli

#include "runtime/json_schema/evaluation/program.h"

#include <cstddef>

#include "absl/strings/str_cat.h"

namespace triad::json_schema {

std::string PointerOf(const Program& program, NodeIndex node) {
  std::string pointer;
  while (node != kNoNode) {
    const Node& here = program.nodes[static_cast<std::size_t>(node)];
    pointer = absl::StrCat(here.segment, pointer);
    node = here.parent;
  }
  return pointer;
}

}  // namespace triad::json_schema

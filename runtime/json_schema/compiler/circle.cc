#include "runtime/json_schema/compiler/circle.h"

#include <cstddef>
#include <vector>

namespace triad::json_schema {
namespace {

std::size_t Position(NodeIndex node) { return static_cast<std::size_t>(node); }

std::vector<std::vector<NodeIndex>> Appliers(const Program& program) {
  std::vector<std::vector<NodeIndex>> appliers(program.nodes.size());
  for (std::size_t i = 0; i < program.nodes.size(); ++i) {
    for (NodeIndex applied : program.nodes[i].in_place) {
      appliers[Position(applied)].push_back(static_cast<NodeIndex>(i));
    }
  }
  return appliers;
}

}  // namespace

// Takes away, one after the other, what applies nothing that is still there. What stays leads
// into a circle.
std::optional<NodeIndex> FindCircle(const Program& program) {
  std::vector<std::vector<NodeIndex>> appliers = Appliers(program);
  std::vector<std::size_t> applied(program.nodes.size());
  std::vector<NodeIndex> leaves;
  for (std::size_t i = 0; i < program.nodes.size(); ++i) {
    applied[i] = program.nodes[i].in_place.size();
    if (applied[i] == 0) leaves.push_back(static_cast<NodeIndex>(i));
  }
  while (!leaves.empty()) {
    NodeIndex leaf = leaves.back();
    leaves.pop_back();
    for (NodeIndex applier : appliers[Position(leaf)]) {
      if (--applied[Position(applier)] == 0) leaves.push_back(applier);
    }
  }
  std::vector<bool> seen(program.nodes.size());
  for (std::size_t i = 0; i < program.nodes.size(); ++i) {
    auto node = static_cast<NodeIndex>(i);
    while (applied[Position(node)] > 0) {
      if (seen[Position(node)]) return node;
      seen[Position(node)] = true;
      for (NodeIndex next : program.nodes[Position(node)].in_place) {
        if (applied[Position(next)] > 0) node = next;
      }
    }
  }
  return std::nullopt;
}

}  // namespace triad::json_schema

// Keywords that combine schemas of the same value.
#include <algorithm>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/json_schema/evaluation/evaluation.h"
#include "runtime/json_schema/keywords/keywords.h"

namespace triad::json_schema {
namespace {

absl::StatusOr<std::vector<NodeIndex>> SchemasInPlace(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<NodeIndex> nodes, clause.Schemas());
  for (NodeIndex node : nodes) clause.AppliesInPlace(node);
  return nodes;
}

// As many of `nodes` as allow the value, but at most `enough`.
std::size_t CountHolding(const std::vector<NodeIndex>& nodes, std::size_t enough,
                         const Value& value, Evaluation& evaluation) {
  std::size_t count = 0;
  for (NodeIndex node : nodes) {
    if (count == enough) break;
    if (evaluation.Holds(node, value)) ++count;
  }
  return count;
}

}  // namespace

absl::Status CompileAllOf(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<NodeIndex> nodes, SchemasInPlace(clause));
  clause.Apply([nodes, keyword = clause.keyword()](const Value& value, const Path& path,
                                                   Evaluation& evaluation) {
    bool holds = true;
    for (NodeIndex node : nodes) {
      if (evaluation.MayStop(holds)) break;
      if (!evaluation.Apply(node, value, path, keyword)) holds = false;
    }
    return holds;
  });
  return absl::OkStatus();
}

absl::Status CompileAnyOf(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<NodeIndex> nodes, SchemasInPlace(clause));
  clause.Assert([nodes](const Value& value, Evaluation& evaluation) {
    return CountHolding(nodes, 1, value, evaluation) == 1;
  });
  return absl::OkStatus();
}

absl::Status CompileOneOf(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<NodeIndex> nodes, SchemasInPlace(clause));
  clause.Assert([nodes](const Value& value, Evaluation& evaluation) {
    return CountHolding(nodes, 2, value, evaluation) == 1;
  });
  return absl::OkStatus();
}

absl::Status CompileNot(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(NodeIndex node, clause.Schema(clause.argument(), ""));
  clause.AppliesInPlace(node);
  clause.Assert([node](const Value& value, Evaluation& evaluation) {
    return !evaluation.Holds(node, value);
  });
  return absl::OkStatus();
}

absl::Status CompileIf(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(NodeIndex condition, clause.Schema(clause.argument(), ""));
  TRIAD_ASSIGN_OR_RETURN(NodeIndex then_node, clause.SiblingSchema("then"));
  TRIAD_ASSIGN_OR_RETURN(NodeIndex else_node, clause.SiblingSchema("else"));
  for (NodeIndex node : {condition, then_node, else_node}) {
    if (node != kNoNode) clause.AppliesInPlace(node);
  }
  clause.Apply([=](const Value& value, const Path& path, Evaluation& evaluation) {
    bool met = evaluation.Holds(condition, value);
    NodeIndex node = met ? then_node : else_node;
    return node == kNoNode || evaluation.Apply(node, value, path, met ? "then" : "else");
  });
  return absl::OkStatus();
}

// What it says is up to `if`; without one, nothing.
absl::Status CompileBranch(Clause& clause) { return clause.Schema(clause.argument(), "").status(); }

}  // namespace triad::json_schema

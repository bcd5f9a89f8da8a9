// A schema as it is evaluated: nodes that refer to each other by number.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "runtime/json_schema/json/value.h"

namespace triad::json_schema {

class Evaluation;
struct Path;

// Position in Program::nodes.
using NodeIndex = int;
inline constexpr NodeIndex kNoNode = -1;

// Whether a value as a whole is as a keyword says.
using Assertion = std::function<bool(const Value& value, Evaluation& evaluation)>;

// The same for a keyword that looks at parts of a value: it reports what is wrong with which.
using Applicator =
    std::function<bool(const Value& value, const Path& path, Evaluation& evaluation)>;

// One schema. Without rules, it allows everything.
struct Node {
  struct Rule {
    absl::string_view keyword;
    Assertion holds;
  };

  // Where it stands: below another node, or below the root of the document.
  NodeIndex parent = kNoNode;
  std::string segment;  // a JSON Pointer from the parent: "/properties/port"

  bool never = false;             // the schema `false`
  NodeIndex reference = kNoNode;  // of its $ref, which stands alone
  std::vector<Rule> assertions;
  std::vector<Applicator> applicators;
  // What it applies to the same value: a circle of these would have no end.
  std::vector<NodeIndex> in_place;
};

struct Program {
  std::deque<Node> nodes;  // the first is the root
  // Names of properties that stand in the schema, so that they are no secret of a value.
  absl::flat_hash_set<std::string> known_names;
};

// The place of a node, as a JSON Pointer into the schema.
std::string PointerOf(const Program& program, NodeIndex node);

}  // namespace triad::json_schema

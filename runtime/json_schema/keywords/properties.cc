// Keywords about properties of objects.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/json_schema/evaluation/evaluation.h"
#include "runtime/json_schema/json/pointer.h"
#include "runtime/json_schema/keywords/keywords.h"

namespace triad::json_schema {
namespace {

// Holds one property of the object at `path` against what a keyword says.
using MemberRule =
    std::function<bool(const Member& member, const Path& path, Evaluation& evaluation)>;

Applicator ForEachMember(MemberRule rule) {
  return [rule = std::move(rule)](const Value& value, const Path& path, Evaluation& evaluation) {
    const Value::Object* members = value.AsObject();
    if (members == nullptr) return true;
    bool holds = true;
    for (const Member& member : *members) {
      if (!evaluation.Charge(1) || evaluation.MayStop(holds)) break;
      if (!rule(member, path, evaluation)) holds = false;
    }
    return holds;
  };
}

bool Matches(const Pattern& pattern, const std::string& name, Evaluation& evaluation) {
  return evaluation.Charge(pattern.CostOn(name)) && pattern.Matches(name);
}

// Whether `value` has all of `names`; reports those that it has not.
bool HasAll(const std::vector<std::string>& names, const Value& value, const Path& path,
            absl::string_view keyword, Evaluation& evaluation) {
  bool holds = evaluation.Charge(names.size());
  for (const std::string& name : names) {
    if (evaluation.MayStop(holds)) break;
    if (value.Find(name) != nullptr) continue;
    evaluation.Report({&path, &name, 0}, keyword);
    holds = false;
  }
  return holds;
}

absl::StatusOr<std::vector<std::shared_ptr<const Pattern>>> PatternsBeside(const Clause& clause) {
  std::vector<std::shared_ptr<const Pattern>> patterns;
  const Value* beside = clause.Sibling("patternProperties");
  if (beside == nullptr || beside->AsObject() == nullptr) return patterns;
  for (const Member& member : *beside->AsObject()) {
    TRIAD_ASSIGN_OR_RETURN(patterns.emplace_back(), clause.PatternAt(member.name, ""));
  }
  return patterns;
}

}  // namespace

absl::Status CompileRequired(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> names, clause.Names(clause.argument(), ""));
  clause.Apply([names, keyword = clause.keyword()](const Value& value, const Path& path,
                                                   Evaluation& evaluation) {
    return value.AsObject() == nullptr || HasAll(names, value, path, keyword, evaluation);
  });
  return absl::OkStatus();
}

absl::Status CompileProperties(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(const Value::Object* schemas, clause.Object());
  absl::flat_hash_map<std::string, NodeIndex> nodes;
  for (const auto& [name, schema] : *schemas) {
    TRIAD_ASSIGN_OR_RETURN(nodes[name],
                           clause.Schema(schema, absl::StrCat("/", EscapeSegment(name))));
    clause.AddKnownName(name);
  }
  clause.Apply(ForEachMember([nodes, keyword = clause.keyword()](
                                 const Member& member, const Path& path, Evaluation& evaluation) {
    auto found = nodes.find(member.name);
    return found == nodes.end() ||
           evaluation.Apply(found->second, member.value, {&path, &member.name, 0}, keyword);
  }));
  return absl::OkStatus();
}

absl::Status CompilePatternProperties(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(const Value::Object* schemas, clause.Object());
  std::vector<std::pair<std::shared_ptr<const Pattern>, NodeIndex>> nodes;
  for (const auto& [ecma, schema] : *schemas) {
    std::string segment = absl::StrCat("/", EscapeSegment(ecma));
    TRIAD_ASSIGN_OR_RETURN(std::shared_ptr<const Pattern> pattern, clause.PatternAt(ecma, segment));
    TRIAD_ASSIGN_OR_RETURN(NodeIndex node, clause.Schema(schema, segment));
    nodes.emplace_back(std::move(pattern), node);
  }
  clause.Apply(ForEachMember([nodes, keyword = clause.keyword()](
                                 const Member& member, const Path& path, Evaluation& evaluation) {
    bool holds = true;
    for (const auto& [pattern, node] : nodes) {
      if (evaluation.MayStop(holds)) break;
      if (!Matches(*pattern, member.name, evaluation)) continue;
      if (!evaluation.Apply(node, member.value, {&path, &member.name, 0}, keyword)) holds = false;
    }
    return holds;
  }));
  return absl::OkStatus();
}

absl::Status CompileAdditionalProperties(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(NodeIndex node, clause.Schema(clause.argument(), ""));
  TRIAD_ASSIGN_OR_RETURN(auto patterns, PatternsBeside(clause));
  absl::flat_hash_set<std::string> names;
  const Value* properties = clause.Sibling("properties");
  if (properties != nullptr && properties->AsObject() != nullptr) {
    for (const Member& member : *properties->AsObject()) names.insert(member.name);
  }
  clause.Apply(ForEachMember([names, patterns, node, keyword = clause.keyword()](
                                 const Member& member, const Path& path, Evaluation& evaluation) {
    if (names.contains(member.name)) return true;
    for (const auto& pattern : patterns) {
      if (Matches(*pattern, member.name, evaluation)) return true;
    }
    return evaluation.Apply(node, member.value, {&path, &member.name, 0}, keyword);
  }));
  return absl::OkStatus();
}

absl::Status CompilePropertyNames(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(NodeIndex node, clause.Schema(clause.argument(), ""));
  clause.Apply(ForEachMember([node, keyword = clause.keyword()](
                                 const Member& member, const Path& path, Evaluation& evaluation) {
    if (evaluation.Holds(node, Value{member.name})) return true;
    evaluation.Report({&path, &member.name, 0}, keyword);
    return false;
  }));
  return absl::OkStatus();
}

absl::Status CompileDependencies(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(const Value::Object* dependencies, clause.Object());
  for (const auto& [name, dependency] : *dependencies) {
    clause.AddKnownName(name);
    std::string segment = absl::StrCat("/", EscapeSegment(name));
    std::vector<std::string> names;
    NodeIndex node = kNoNode;
    if (dependency.AsArray() != nullptr) {
      TRIAD_ASSIGN_OR_RETURN(names, clause.Names(dependency, segment));
    } else {
      TRIAD_ASSIGN_OR_RETURN(node, clause.Schema(dependency, segment));
      clause.AppliesInPlace(node);
    }
    clause.Apply([name = name, names, node, keyword = clause.keyword()](
                     const Value& value, const Path& path, Evaluation& evaluation) {
      if (value.Find(name) == nullptr) return true;
      return node == kNoNode ? HasAll(names, value, path, keyword, evaluation)
                             : evaluation.Apply(node, value, path, keyword);
    });
  }
  return absl::OkStatus();
}

}  // namespace triad::json_schema

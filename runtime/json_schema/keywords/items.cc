// Keywords about items of arrays.
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "runtime/base/status.h"
#include "runtime/json_schema/evaluation/evaluation.h"
#include "runtime/json_schema/keywords/keywords.h"

namespace triad::json_schema {
namespace {

// Pointers that are as equal as what they point to.
struct HashOfValue {
  std::size_t operator()(const Value* value) const { return absl::Hash<Value>()(*value); }
};
struct EqualityOfValues {
  bool operator()(const Value* one, const Value* other) const { return *one == *other; }
};
using ValueSet = absl::flat_hash_set<const Value*, HashOfValue, EqualityOfValues>;

bool AreUnique(const Value::Array& items) {
  ValueSet seen;
  seen.reserve(items.size());
  return std::all_of(items.begin(), items.end(),
                     [&](const Value& item) { return seen.insert(&item).second; });
}

// Holds the items from `begin` on against `node`.
Applicator ForItemsFrom(std::size_t begin, NodeIndex node, absl::string_view keyword) {
  return [=](const Value& value, const Path& path, Evaluation& evaluation) {
    const Value::Array* items = value.AsArray();
    if (items == nullptr) return true;
    bool holds = true;
    for (std::size_t i = begin; i < items->size() && !evaluation.MayStop(holds); ++i) {
      if (!evaluation.Apply(node, (*items)[i], {&path, nullptr, i}, keyword)) holds = false;
    }
    return holds;
  };
}

// Holds each item against a node of its own.
Applicator ForEachItem(std::vector<NodeIndex> nodes, absl::string_view keyword) {
  return [nodes = std::move(nodes), keyword](const Value& value, const Path& path,
                                             Evaluation& evaluation) {
    const Value::Array* items = value.AsArray();
    if (items == nullptr) return true;
    bool holds = true;
    std::size_t count = std::min(items->size(), nodes.size());
    for (std::size_t i = 0; i < count && !evaluation.MayStop(holds); ++i) {
      if (!evaluation.Apply(nodes[i], (*items)[i], {&path, nullptr, i}, keyword)) holds = false;
    }
    return holds;
  };
}

}  // namespace

absl::Status CompileItems(Clause& clause) {
  if (clause.argument().AsArray() != nullptr) {
    TRIAD_ASSIGN_OR_RETURN(std::vector<NodeIndex> nodes, clause.Schemas());
    clause.Apply(ForEachItem(std::move(nodes), clause.keyword()));
    return absl::OkStatus();
  }
  TRIAD_ASSIGN_OR_RETURN(NodeIndex node, clause.Schema(clause.argument(), ""));
  clause.Apply(ForItemsFrom(0, node, clause.keyword()));
  return absl::OkStatus();
}

// Means nothing unless `items` is an array.
absl::Status CompileAdditionalItems(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(NodeIndex node, clause.Schema(clause.argument(), ""));
  const Value* items = clause.Sibling("items");
  if (items == nullptr || items->AsArray() == nullptr) return absl::OkStatus();
  clause.Apply(ForItemsFrom(items->AsArray()->size(), node, clause.keyword()));
  return absl::OkStatus();
}

absl::Status CompileUniqueItems(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(bool unique, clause.Boolean());
  if (!unique) return absl::OkStatus();
  clause.Assert([](const Value& value, Evaluation& evaluation) {
    const Value::Array* items = value.AsArray();
    return items == nullptr || (evaluation.Charge(TotalWeight(value)) && AreUnique(*items));
  });
  return absl::OkStatus();
}

absl::Status CompileContains(Clause& clause) {
  TRIAD_ASSIGN_OR_RETURN(NodeIndex node, clause.Schema(clause.argument(), ""));
  clause.Assert([node](const Value& value, Evaluation& evaluation) {
    const Value::Array* items = value.AsArray();
    return items == nullptr || std::any_of(items->begin(), items->end(), [&](const Value& item) {
             return evaluation.Holds(node, item);
           });
  });
  return absl::OkStatus();
}

}  // namespace triad::json_schema

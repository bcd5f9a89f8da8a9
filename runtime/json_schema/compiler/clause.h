// One keyword of one schema, as it is compiled.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/json_schema/compiler/compiler.h"
#include "runtime/json_schema/evaluation/program.h"
#include "runtime/json_schema/json/value.h"

namespace triad::json_schema {

// Segments are JSON Pointers from the keyword: "" for its argument, "/0" for an item of it.
class Clause {
 public:
  // All arguments must live as long; `keyword` must live as long as the program.
  Clause(Compiler& compiler, NodeIndex node, absl::string_view keyword, const Value& schema,
         const Value& argument)
      : compiler_(compiler), node_(node), keyword_(keyword), schema_(schema), argument_(argument) {}

  absl::string_view keyword() const { return keyword_; }
  const Value& argument() const { return argument_; }
  // What another keyword of the same schema says; nullptr if it is not there.
  const Value* Sibling(absl::string_view keyword) const { return schema_.Find(keyword); }

  // The argument, or INVALID_ARGUMENT if it is of another type.
  absl::StatusOr<bool> Boolean() const;
  absl::StatusOr<Decimal> Number() const;
  absl::StatusOr<std::uint64_t> Count() const;
  absl::StatusOr<std::string> String() const;
  absl::StatusOr<const Value::Array*> Array() const;
  absl::StatusOr<const Value::Object*> Object() const;
  // `names`, which stands at `segment`, as different strings; they are known from now on.
  absl::StatusOr<std::vector<std::string>> Names(const Value& names,
                                                 const std::string& segment) const;
  // One or more schemas that the argument has, in order.
  absl::StatusOr<std::vector<NodeIndex>> Schemas() const;
  // A schema at `segment`.
  absl::StatusOr<NodeIndex> Schema(const Value& schema, const std::string& segment) const;
  // The schema that another keyword of the same schema has; kNoNode if there is none.
  absl::StatusOr<NodeIndex> SiblingSchema(absl::string_view keyword) const;
  absl::StatusOr<std::shared_ptr<const Pattern>> PatternAt(const std::string& ecma,
                                                           const std::string& segment) const;

  void AddKnownName(const std::string& name) const { compiler_.AddKnownName(name); }
  absl::Status Wrong(absl::string_view expected, absl::string_view segment = "") const;

  // The results.
  void Assert(Assertion assertion) const;
  void Apply(Applicator applicator) const;
  // `node` is applied to the same value.
  void AppliesInPlace(NodeIndex node) const;

 private:
  Compiler& compiler_;
  NodeIndex node_;
  absl::string_view keyword_;
  const Value& schema_;
  const Value& argument_;
};

}  // namespace triad::json_schema

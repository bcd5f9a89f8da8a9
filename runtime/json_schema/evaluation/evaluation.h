// One value held against one schema.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/json_schema/evaluation/path.h"
#include "runtime/json_schema/evaluation/program.h"
#include "runtime/json_schema/json/value.h"
#include "runtime/json_schema/violation.h"

namespace triad::json_schema {

// Of one thread; keeps references to its arguments.
class Evaluation {
 public:
  Evaluation(const Program& program, const Limits& limits) : program_(program), limits_(limits) {}

  // As Schema::Validate.
  absl::StatusOr<std::vector<Violation>> Run(const Value& value);

  // For rules.

  // Whether `node` allows the value at `path`; what it does not allow is reported. `keyword` is
  // what applies it: the rule that is broken if it is the schema `false`.
  bool Apply(NodeIndex node, const Value& value, const Path& path, absl::string_view keyword);

  // The same without a report, and only as far as is needed to know.
  bool Holds(NodeIndex node, const Value& value);

  // The value at `path` is not as `keyword` of the current node says.
  void Report(const Path& path, absl::string_view keyword);

  // Takes what a rule costs beside its being asked. False once there is nothing left: the rule
  // need not go on, as the value is refused whatever it answers.
  bool Charge(std::uint64_t steps);

  // Whether a rule may end, given what it has found so far: the rest would make no difference.
  bool MayStop(bool holds) const { return ended() || (!holds && silent_ > 0); }

 private:
  // What is invalid never goes without a violation, whatever the limit.
  bool ended() const {
    return too_costly_ || (!violations_.empty() && violations_.size() >= limits_.max_violations);
  }
  bool Visit(NodeIndex index, const Value& value, const Path& path);
  bool Check(const Node& node, const Value& value, const Path& path);
  void Record(const Path& path, absl::string_view keyword, NodeIndex node,
              absl::string_view segment);

  const Program& program_;
  const Limits& limits_;
  NodeIndex current_ = kNoNode;
  int depth_ = 0;
  int silent_ = 0;  // calls of Holds that have not returned
  std::uint64_t steps_ = 0;
  bool too_costly_ = false;
  std::vector<Violation> violations_;
};

}  // namespace triad::json_schema

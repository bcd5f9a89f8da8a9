#include "runtime/json_schema/evaluation/evaluation.h"

#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace triad::json_schema {
namespace {

constexpr std::size_t kBytesOfStep = 64;

// What each rule may cost that looks at the value by itself.
std::uint64_t CostOf(const Node& node, const Value& value) {
  return (1 + OwnSize(value) / kBytesOfStep) * (1 + node.assertions.size()) +
         node.applicators.size();
}

}  // namespace

absl::StatusOr<std::vector<Violation>> Evaluation::Run(const Value& value) {
  Apply(0, value, Path(), "false");
  if (too_costly_) {
    return absl::ResourceExhaustedError("is too costly to check against its schema");
  }
  return std::move(violations_);
}

bool Evaluation::Apply(NodeIndex node, const Value& value, const Path& path,
                       absl::string_view keyword) {
  if (!program_.nodes[static_cast<std::size_t>(node)].never) return Visit(node, value, path);
  Record(path, keyword, node, "");
  return false;
}

bool Evaluation::Holds(NodeIndex node, const Value& value) {
  ++silent_;
  bool holds = Visit(node, value, Path());
  --silent_;
  return holds;
}

void Evaluation::Report(const Path& path, absl::string_view keyword) {
  Record(path, keyword, current_, absl::StrCat("/", keyword));
}

void Evaluation::Record(const Path& path, absl::string_view keyword, NodeIndex node,
                        absl::string_view segment) {
  if (silent_ > 0 || ended()) return;
  violations_.push_back({FormatPath(path, program_), std::string(keyword),
                         absl::StrCat(PointerOf(program_, node), segment)});
}

bool Evaluation::Charge(std::uint64_t steps) {
  if (steps > limits_.max_steps - steps_) too_costly_ = true;
  if (!too_costly_) steps_ += steps;
  return !too_costly_;
}

bool Evaluation::Visit(NodeIndex index, const Value& value, const Path& path) {
  const Node& node = program_.nodes[static_cast<std::size_t>(index)];
  if (ended() || !Charge(CostOf(node, value))) return false;
  if (depth_ == limits_.max_depth) {
    too_costly_ = true;
    return false;
  }
  NodeIndex outer = std::exchange(current_, index);
  ++depth_;
  bool holds = Check(node, value, path);
  --depth_;
  current_ = outer;
  return holds;
}

bool Evaluation::Check(const Node& node, const Value& value, const Path& path) {
  if (node.never) return false;
  if (node.reference != kNoNode) return Apply(node.reference, value, path, "$ref");
  bool holds = true;
  for (const Node::Rule& rule : node.assertions) {
    if (rule.holds(value, *this)) continue;
    Report(path, rule.keyword);
    holds = false;
    if (silent_ > 0) return false;
  }
  for (const Applicator& applies : node.applicators) {
    if (!applies(value, path, *this)) holds = false;
    if (!holds && silent_ > 0) return false;
  }
  return holds;
}

}  // namespace triad::json_schema

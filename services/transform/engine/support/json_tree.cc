#include "services/transform/engine/support/json_tree.h"

#include <algorithm>
#include <limits>

#include "runtime/base/status.h"
#include "services/transform/engine/problem.h"

namespace triad::transform {
namespace {

using Kind = JsonToken::Kind;

// Each value but the first follows one of these.
std::size_t MaxNodes(absl::string_view json) {
  return static_cast<std::size_t>(std::count_if(
             json.begin(), json.end(), [](char c) { return c == ',' || c == '[' || c == '{'; })) +
         1;
}

}  // namespace

absl::StatusOr<JsonTree> JsonTree::Parse(absl::string_view json, Output& output) {
  std::size_t most = MaxNodes(json);
  if (most > std::numeric_limits<std::uint32_t>::max()) return BadInput("has too many values");
  TRIAD_RETURN_IF_ERROR(output.Hold(static_cast<std::int64_t>(most * sizeof(JsonNode))));
  JsonTree tree;
  tree.nodes_.reserve(most);
  std::vector<std::size_t> open;
  absl::string_view key;
  JsonScanner scanner(json);
  while (scanner.Next() && output.Going(scanner.position())) {
    const JsonToken& token = scanner.token();
    if (token.kind == Kind::kKey) {
      key = token.text;
      continue;
    }
    if (token.kind == Kind::kEndObject || token.kind == Kind::kEndArray) {
      JsonNode& ended = tree.nodes_[open.back()];
      const char* end = token.text.data() + token.text.size();
      ended.text = {ended.text.data(), static_cast<std::size_t>(end - ended.text.data())};
      ended.end = static_cast<std::uint32_t>(tree.nodes_.size());
      open.pop_back();
      continue;
    }
    auto next = static_cast<std::uint32_t>(tree.nodes_.size() + 1);
    tree.nodes_.push_back({token.kind, key, token.text, next});
    key = {};
    if (token.kind == Kind::kBeginObject || token.kind == Kind::kBeginArray) {
      open.push_back(tree.nodes_.size() - 1);
    }
  }
  if (output.failed()) return output.status();
  TRIAD_RETURN_IF_ERROR(scanner.status());
  return tree;
}

std::vector<std::size_t> JsonTree::Children(std::size_t at) const {
  std::vector<std::size_t> children;
  for (std::size_t child = at + 1; child < nodes_[at].end; child = nodes_[child].end) {
    children.push_back(child);
  }
  return children;
}

}  // namespace triad::transform

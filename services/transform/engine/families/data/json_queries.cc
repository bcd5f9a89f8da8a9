#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "runtime/base/status.h"
#include "services/transform/engine/families/data/operations.h"
#include "services/transform/engine/support/json_text.h"
#include "services/transform/engine/support/json_tree.h"

namespace triad::transform {
namespace {

using Token = JsonToken::Kind;

absl::Status CheckNames(absl::string_view input, Output& output) {
  std::vector<absl::flat_hash_set<std::string>> open;
  JsonScanner scanner(input);
  while (scanner.Next() && output.Going(scanner.position())) {
    const JsonToken& token = scanner.token();
    if (token.kind == Token::kBeginObject) open.emplace_back();
    if (token.kind == Token::kEndObject) open.pop_back();
    if (token.kind != Token::kKey) continue;
    if (!open.back().insert(JsonStringValue(token.text)).second) {
      return BadInputAt(static_cast<std::size_t>(token.text.data() - input.data()),
                        "has an object with the same name twice");
    }
  }
  return output.failed() ? output.status() : scanner.status();
}

absl::Status RunValidate(absl::string_view input, const Arguments& arguments, Output& output) {
  bool allowed = arguments.Text("duplicate_names") == "allow";
  TRIAD_RETURN_IF_ERROR(allowed ? CheckJson(input, kMaxJsonDepth) : CheckNames(input, output));
  output.Append(input);
  return output.status();
}

// The child that a segment of a pointer names; kRoot if there is none.
std::size_t ChildOf(const JsonTree& tree, std::size_t at, const std::string& segment) {
  std::vector<std::size_t> children = tree.Children(at);
  if (tree.node(at).kind == Token::kBeginArray) {
    std::uint32_t index = 0;
    bool plain = segment == "0" || (!segment.empty() && segment[0] >= '1' && segment[0] <= '9');
    bool read = plain && absl::SimpleAtoi(segment, &index);
    return read && index < children.size() ? children[index] : JsonTree::kRoot;
  }
  for (std::size_t child : children) {
    if (JsonStringValue(tree.node(child).key) == segment) return child;
  }
  return JsonTree::kRoot;
}

absl::Status RunPointer(absl::string_view input, const Arguments& arguments, Output& output) {
  const std::string& pointer = arguments.Text("pointer");
  if (!pointer.empty() && pointer[0] != '/') {
    return BadArgument("pointer", "must be empty or begin with '/' (RFC 6901)");
  }
  TRIAD_ASSIGN_OR_RETURN(JsonTree tree, JsonTree::Parse(input, output));
  std::size_t at = JsonTree::kRoot;
  std::vector<std::string> segments = absl::StrSplit(pointer, '/');
  for (std::size_t i = 1; i < segments.size(); ++i) {
    at = ChildOf(tree, at, absl::StrReplaceAll(segments[i], {{"~1", "/"}, {"~0", "~"}}));
    if (at == JsonTree::kRoot) return BadInput("has nothing at the pointer");
  }
  output.Append(tree.node(at).text);
  return output.status();
}

}  // namespace

Operation JsonValidate() {
  return {.id = "json-validate",
          .name = "JSON validate",
          .summary = "Passes on what is JSON (RFC 8259), unchanged, and nothing else.",
          .takes = Data::kText,
          .gives = Data::kText,
          .parameters = {{.name = "duplicate_names",
                          .summary = "An object with the same name twice: an error, or not.",
                          .kind = Kind::kChoice,
                          .default_value = "error",
                          .choices = {"error", "allow"}}},
          .inverse = "json-validate",
          .examples = {{R"([-0, 1e400])", "json-validate", R"([-0, 1e400])"}},
          .scratch = 2,
          .run = RunValidate};
}

Operation JsonPointer() {
  return {.id = "json-pointer",
          .name = "JSON pointer",
          .summary = "The value at a pointer (RFC 6901), as it is written.",
          .takes = Data::kText,
          .gives = Data::kText,
          .parameters = {{.name = "pointer",
                          .summary = "Names and indices, each behind '/'; in them ~1 is '/' and ~0 "
                                     "is '~'.",
                          .required = true}},
          .examples = {{R"({"a":[1.50,{"b":null}]})", "json-pointer(pointer=/a/0)", "1.50"}},
          .run = RunPointer};
}

}  // namespace triad::transform

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/status.h"
#include "services/transform/engine/families/data/operations.h"
#include "services/transform/engine/support/json_text.h"
#include "services/transform/engine/support/json_tree.h"

namespace triad::transform {
namespace {

using Token = JsonToken::Kind;

class Writer {
 public:
  Writer(const JsonTree& tree, Output& output) : tree_(tree), output_(output) {}

  // As deep as the scanner lets it be.
  void Write(std::size_t at) {
    const JsonNode& node = tree_.node(at);
    if (node.kind == Token::kBeginObject) {
      WriteObject(at);
    } else if (node.kind == Token::kBeginArray) {
      output_.Put('[');
      bool first = true;
      for (std::size_t child : tree_.Children(at)) {
        if (!std::exchange(first, false)) output_.Put(',');
        Write(child);
      }
      output_.Put(']');
    } else {
      output_.Append(node.text);
    }
  }

 private:
  void WriteObject(std::size_t at) {
    std::vector<std::pair<std::string, std::size_t>> members;
    for (std::size_t child : tree_.Children(at)) {
      members.emplace_back(JsonStringValue(tree_.node(child).key), child);
    }
    std::stable_sort(members.begin(), members.end(),
                     [](const auto& one, const auto& other) { return one.first < other.first; });
    output_.Put('{');
    bool first = true;
    for (const auto& [name, child] : members) {
      if (output_.failed()) return;
      if (!std::exchange(first, false)) output_.Put(',');
      output_.Append(tree_.node(child).key);
      output_.Put(':');
      Write(child);
    }
    output_.Put('}');
  }

  const JsonTree& tree_;
  Output& output_;
};

absl::Status RunSortKeys(absl::string_view input, const Arguments&, Output& output) {
  TRIAD_ASSIGN_OR_RETURN(JsonTree tree, JsonTree::Parse(input, output));
  Writer(tree, output).Write(JsonTree::kRoot);
  return output.status();
}

}  // namespace

Operation JsonSortKeys() {
  return {.id = "json-sort-keys",
          .name = "JSON sort keys",
          .aliases = {"JSON Sort"},
          .summary =
              "Puts the members of all objects in the order of their names' code points, "
              "without white space.",
          .takes = Data::kText,
          .gives = Data::kText,
          .cost = Cost::kMedium,
          .examples = {{R"({"b":1,"a":{"d":2,"c":3}})", "json-sort-keys",
                        R"({"a":{"c":3,"d":2},"b":1})"}},
          .scratch = 4,
          .run = RunSortKeys};
}

}  // namespace triad::transform

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "runtime/base/status.h"
#include "services/transform/engine/families/data/operations.h"
#include "services/transform/engine/support/json_text.h"
#include "services/transform/engine/support/json_tree.h"
#include "services/transform/engine/support/yaml_scalars.h"

namespace triad::transform {
namespace {

using Token = JsonToken::Kind;

// Whether readers of every version take it for the text that it is.
bool IsPlain(absl::string_view text) {
  if (text.empty() || text.size() > 200 ||
      !absl::ascii_isalpha(static_cast<unsigned char>(text[0])) || text.back() == ' ') {
    return false;
  }
  bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains(" _-./", c);
  });
  return plain && !IsYamlWord(text);
}

class Writer {
 public:
  Writer(const JsonTree& tree, Output& output) : tree_(tree), output_(output) {}

  // A value behind "-" or "name:", or on its own.
  void WriteDocument() {
    const JsonNode& root = tree_.node(JsonTree::kRoot);
    if (IsEmpty(root) || IsScalar(root)) {
      WriteScalar(root);
      output_.Put('\n');
    } else {
      WriteBlock(JsonTree::kRoot, 0, false);
    }
  }

 private:
  static bool IsScalar(const JsonNode& node) {
    return node.kind != Token::kBeginObject && node.kind != Token::kBeginArray;
  }
  bool IsEmpty(const JsonNode& node) const {
    return !IsScalar(node) &&
           tree_.Children(static_cast<std::size_t>(&node - &tree_.node(0))).empty();
  }

  void WriteText(absl::string_view quoted) {
    std::string text = JsonStringValue(quoted);
    if (IsPlain(text)) {
      output_.Append(text);
      return;
    }
    // A string of JSON is a scalar in double quotes, but for what YAML calls unprintable.
    std::string json;
    AppendJsonString(text, !IsYamlPrintable(text), json);
    output_.Append(json);
  }

  void WriteScalar(const JsonNode& node) {
    if (node.kind == Token::kBeginObject) return output_.Append("{}");
    if (node.kind == Token::kBeginArray) return output_.Append("[]");
    if (node.kind == Token::kString) return WriteText(node.text);
    output_.Append(node.text);
  }

  // The first line goes on where the output is if `inside`, behind "- ".
  void WriteBlock(std::size_t at, std::size_t level, bool inside) {
    bool object = tree_.node(at).kind == Token::kBeginObject;
    for (std::size_t child : tree_.Children(at)) {
      if (!output_.Wanted()) return;
      if (!std::exchange(inside, false)) output_.Append(std::string(2 * level, ' '));
      const JsonNode& node = tree_.node(child);
      bool flat = IsScalar(node) || IsEmpty(node);
      if (object) {
        WriteText(node.key);
        output_.Append(flat ? ": " : ":\n");
      } else {
        output_.Append("- ");
      }
      if (!flat) {
        WriteBlock(child, level + 1, !object);
      } else {
        WriteScalar(node);
        output_.Put('\n');
      }
    }
  }

  const JsonTree& tree_;
  Output& output_;
};

absl::Status RunJsonToYaml(absl::string_view input, const Arguments&, Output& output) {
  TRIAD_ASSIGN_OR_RETURN(JsonTree tree, JsonTree::Parse(input, output));
  Writer(tree, output).WriteDocument();
  return output.status();
}

}  // namespace

Operation JsonToYaml() {
  return {.id = "json-to-yaml",
          .name = "JSON to YAML",
          .aliases = {"JSON to YAML"},
          .summary =
              "Writes JSON as YAML in blocks; texts that a reader could take for something "
              "else are quoted.",
          .takes = Data::kText,
          .gives = Data::kText,
          .cost = Cost::kMedium,
          .inverse = "yaml-to-json",
          .examples = {{R"({"a":[1,{"b":"no"}],"c":{}})", "json-to-yaml",
                        "a:\n  - 1\n  - b: \"no\"\nc: {}\n"}},
          .run = RunJsonToYaml};
}

}  // namespace triad::transform

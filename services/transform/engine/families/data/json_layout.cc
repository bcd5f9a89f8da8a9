#include <string>

#include "services/transform/engine/families/data/operations.h"
#include "services/transform/engine/support/json_scanner.h"

namespace triad::transform {
namespace {

using Token = JsonToken::Kind;

// Writes tokens with or without white space between them.
class Layout {
 public:
  // No white space if `unit` is null; else a level is indented by it.
  Layout(const std::string* unit, Output& output) : unit_(unit), output_(output) {
    if (unit != nullptr) break_ = "\n";
  }

  void Write(const JsonToken& token, std::size_t depth) {
    bool end = token.kind == Token::kEndObject || token.kind == Token::kEndArray;
    if (!end) {
      if (!after_key_) Separate(depth - (IsBegin(token.kind) ? 1 : 0));
    } else if (!first_) {
      Break(depth);
    }
    output_.Append(token.text);
    after_key_ = token.kind == Token::kKey;
    if (after_key_) output_.Append(unit_ == nullptr ? ":" : ": ");
    first_ = IsBegin(token.kind);
  }

 private:
  static bool IsBegin(Token kind) {
    return kind == Token::kBeginObject || kind == Token::kBeginArray;
  }

  void Separate(std::size_t depth) {
    if (!first_) output_.Put(',');
    if (depth > 0) Break(depth);
  }

  void Break(std::size_t depth) {
    if (unit_ == nullptr) return;
    std::size_t length = 1 + depth * unit_->size();
    while (break_.size() < length) break_ += *unit_;
    output_.Append(absl::string_view(break_).substr(0, length));
  }

  const std::string* const unit_;
  Output& output_;
  std::string break_;  // the end of a line, and the deepest indentation so far
  bool first_ = true;  // nothing stands before it in its array or object
  bool after_key_ = false;
};

absl::Status Lay(absl::string_view input, const std::string* unit, Output& output) {
  Layout layout(unit, output);
  JsonScanner scanner(input);
  while (scanner.Next() && output.Going(scanner.position())) {
    layout.Write(scanner.token(), scanner.depth());
  }
  return output.failed() ? output.status() : scanner.status();
}

absl::Status RunMinify(absl::string_view input, const Arguments&, Output& output) {
  return Lay(input, nullptr, output);
}

absl::Status RunPretty(absl::string_view input, const Arguments& arguments, Output& output) {
  std::string unit = arguments.Flag("tabs")
                         ? "\t"
                         : std::string(static_cast<std::size_t>(arguments.Integer("indent")), ' ');
  return Lay(input, &unit, output);
}

}  // namespace

Operation JsonMinify() {
  return {.id = "json-minify",
          .name = "JSON minify",
          .aliases = {"JSON Minify"},
          .summary = "Takes the white space out of JSON.",
          .takes = Data::kText,
          .gives = Data::kText,
          .examples = {{R"({ "b" : 1.0 , "a":[ ] })", "json-minify", R"({"b":1.0,"a":[]})"}},
          .run = RunMinify};
}

Operation JsonPretty() {
  return {.id = "json-pretty",
          .name = "JSON pretty",
          .aliases = {"JSON Beautify"},
          .summary = "Lays JSON out in lines.",
          .takes = Data::kText,
          .gives = Data::kText,
          .parameters = {{.name = "indent",
                          .summary = "Spaces that a level is indented by.",
                          .kind = Kind::kInteger,
                          .default_value = "2",
                          .max = 16,
                          .unit = "spaces"},
                         {.name = "tabs",
                          .summary = "Whether it is indented by tabs instead.",
                          .kind = Kind::kFlag,
                          .default_value = "false"}},
          .inverse = "json-minify",
          .examples = {{R"({"a":[1,{}]})", "json-pretty", "{\n  \"a\": [\n    1,\n    {}\n  ]\n}"}},
          .run = RunPretty};
}

}  // namespace triad::transform

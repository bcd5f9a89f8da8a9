#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"
#include "services/transform/engine/families/data/operations.h"
#include "services/transform/engine/support/csv_reader.h"
#include "services/transform/engine/support/json_text.h"
#include "services/transform/engine/support/json_tree.h"

namespace triad::transform {
namespace {

using Token = JsonToken::Kind;

absl::StatusOr<char> DelimiterOf(const Arguments& arguments) {
  const std::string& text = arguments.Text("delimiter");
  if (text.size() == 1 && text != "\"" && text != "\r" && text != "\n") return text[0];
  return BadArgument("delimiter", "must be one ASCII character, and no quote or line end");
}

// Names as they stand before values: "name":
std::vector<std::string> KeysOf(const std::vector<std::string>& fields) {
  std::vector<std::string> keys;
  for (const std::string& field : fields) {
    std::string key;
    AppendJsonString(field, false, key);
    keys.push_back(key + ":");
  }
  return keys;
}

// Appends a row as an object, or as an array if there are no `keys`.
void AppendRow(const std::vector<std::string>& keys, const std::vector<std::string>& row,
               std::string& json) {
  json.push_back(keys.empty() ? '[' : '{');
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) json.push_back(',');
    if (!keys.empty()) json += keys[i];
    AppendJsonString(row[i], false, json);
  }
  json.push_back(keys.empty() ? ']' : '}');
}

absl::Status RunCsvToJson(absl::string_view input, const Arguments& arguments, Output& output) {
  TRIAD_ASSIGN_OR_RETURN(char delimiter, DelimiterOf(arguments));
  absl::ConsumePrefix(&input, "\ufeff");
  CsvReader reader(input, delimiter);
  std::vector<std::string> keys;
  if (arguments.Flag("header") && reader.Next()) keys = KeysOf(reader.fields());
  output.Put('[');
  bool first = true;
  std::string json;
  while (reader.Next() && output.Going(reader.position())) {
    if (!keys.empty() && reader.fields().size() != keys.size()) {
      return BadInput(absl::StrCat("must have as many fields in each row as names, which row ",
                                   reader.row(), " has not"));
    }
    json.clear();
    if (!std::exchange(first, false)) json.push_back(',');
    AppendRow(keys, reader.fields(), json);
    output.Append(json);
  }
  output.Put(']');
  return output.failed() ? output.status() : reader.status();
}

// What a scalar is in CSV; nothing for null.
std::string FieldOf(const JsonNode& node) {
  if (node.kind == Token::kString) return JsonStringValue(node.text);
  return node.text == "null" ? "" : std::string(node.text);
}

bool IsScalar(const JsonNode& node) {
  return node.kind != Token::kBeginObject && node.kind != Token::kBeginArray;
}

class CsvWriter {
 public:
  CsvWriter(char delimiter, absl::string_view end, Output& output)
      : delimiter_(delimiter), end_(end), output_(output) {}

  void Write(const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) output_.Put(delimiter_);
      bool quoted = row[i].find_first_of("\"\r\n") != std::string::npos ||
                    row[i].find(delimiter_) != std::string::npos;
      output_.Append(quoted
                         ? absl::StrCat("\"", absl::StrReplaceAll(row[i], {{"\"", "\"\""}}), "\"")
                         : row[i]);
    }
    output_.Append(end_);
  }

 private:
  const char delimiter_;
  const absl::string_view end_;
  Output& output_;
};

// The names of all objects, in the order of their first appearance, by their place.
absl::StatusOr<absl::flat_hash_map<std::string, std::size_t>> ColumnsOf(const JsonTree& tree) {
  absl::flat_hash_map<std::string, std::size_t> columns;
  Token kind = Token::kEnd;
  for (std::size_t row : tree.Children(JsonTree::kRoot)) {
    if (kind == Token::kEnd) kind = tree.node(row).kind;
    if (IsScalar(tree.node(row)) || tree.node(row).kind != kind) {
      return BadInput("must be a list of objects, or of lists");
    }
    for (std::size_t cell : tree.Children(row)) {
      if (!IsScalar(tree.node(cell))) return BadInput("must have no objects or lists as fields");
      if (kind == Token::kBeginObject) {
        columns.try_emplace(JsonStringValue(tree.node(cell).key), columns.size());
      }
    }
  }
  return columns;
}

absl::Status RunJsonToCsv(absl::string_view input, const Arguments& arguments, Output& output) {
  TRIAD_ASSIGN_OR_RETURN(char delimiter, DelimiterOf(arguments));
  TRIAD_ASSIGN_OR_RETURN(JsonTree tree, JsonTree::Parse(input, output));
  if (tree.node(JsonTree::kRoot).kind != Token::kBeginArray) {
    return BadInput("must be a list of objects, or of lists");
  }
  TRIAD_ASSIGN_OR_RETURN(auto columns, ColumnsOf(tree));
  CsvWriter writer(delimiter, arguments.Text("line_end") == "crlf" ? "\r\n" : "\n", output);
  std::vector<std::string> names(columns.size());
  for (const auto& [name, place] : columns) names[place] = name;
  if (!names.empty() && arguments.Flag("header")) writer.Write(names);
  for (std::size_t row : tree.Children(JsonTree::kRoot)) {
    if (!output.Wanted()) break;
    std::vector<std::string> fields(columns.size());
    for (std::size_t cell : tree.Children(row)) {
      const JsonNode& node = tree.node(cell);
      if (columns.empty()) {
        fields.push_back(FieldOf(node));
      } else {
        fields[columns.at(JsonStringValue(node.key))] = FieldOf(node);
      }
    }
    writer.Write(fields);
  }
  return output.status();
}

Parameter Delimiter() {
  return {.name = "delimiter", .summary = "What stands between fields.", .default_value = ","};
}

Parameter Header() {
  return {.name = "header",
          .summary = "Whether the first row has the names; without, rows are lists.",
          .kind = Kind::kFlag,
          .default_value = "true"};
}

}  // namespace

Operation CsvToJson() {
  return {.id = "csv-to-json",
          .name = "CSV to JSON",
          .aliases = {"CSV to JSON"},
          .summary = "Makes a list of objects of a table (RFC 4180); values stay text.",
          .takes = Data::kText,
          .gives = Data::kText,
          .parameters = {Delimiter(), Header()},
          .inverse = "json-to-csv",
          .examples = {{"id,n\n007,\"x,y\"\n", "csv-to-json", R"([{"id":"007","n":"x,y"}])"}},
          .run = RunCsvToJson};
}

Operation JsonToCsv() {
  return {
      .id = "json-to-csv",
      .name = "JSON to CSV",
      .aliases = {"JSON to CSV"},
      .summary =
          "Makes a table (RFC 4180) of a list of objects, whose names are its columns, or "
          "of lists; null is an empty field.",
      .takes = Data::kText,
      .gives = Data::kText,
      .cost = Cost::kMedium,
      .parameters = {Delimiter(),
                     Header(),
                     {.name = "line_end",
                      .summary = "What ends a row.",
                      .kind = Kind::kChoice,
                      .default_value = "crlf",
                      .choices = {"crlf", "lf"}}},
      .inverse = "csv-to-json",
      .examples = {{R"([{"a":1},{"b":"x,y"}])", "json-to-csv(line_end=lf)", "a,b\n1,\n,\"x,y\"\n"}},
      .scratch = 1,
      .run = RunJsonToCsv};
}

}  // namespace triad::transform

#include "cli/output/document.h"

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "runtime/yaml/yaml.h"

namespace triad::cli {
namespace {

using nlohmann::ordered_json;

constexpr int kIndent = 2;

std::string Indented(const std::string& text, absl::string_view by) {
  return absl::StrCat(by, absl::StrReplaceAll(text, {{"\n", absl::StrCat("\n", by)}}));
}

}  // namespace

OutputFormat ParseOutputFormat(absl::string_view text) {
  if (text == "json") return OutputFormat::kJson;
  if (text == "yaml") return OutputFormat::kYaml;
  return OutputFormat::kTable;
}

ordered_json MessageJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return {};
  return ordered_json::parse(text, nullptr, false);
}

// JSON is read by a reader of JSON: YAML's would take it, but for some numbers and escapes.
absl::StatusOr<ordered_json> ParseDocument(const std::string& text) {
  ordered_json document = ordered_json::parse(text, nullptr, false);
  if (!document.is_discarded()) return document;
  return ParseYaml(text);
}

std::string FormatDocument(const ordered_json& value, OutputFormat format) {
  if (format == OutputFormat::kYaml) return FormatYaml(value);
  return absl::StrCat(value.dump(kIndent), "\n");
}

DocumentWriter::DocumentWriter(absl::string_view array, OutputFormat format, Sink sink)
    : array_(array), format_(format), sink_(std::move(sink)) {}

void DocumentWriter::Add(const ordered_json& item) {
  bool first = std::exchange(empty_, false);
  if (format_ == OutputFormat::kYaml) {
    std::string begin = first ? absl::StrCat(array_, ":\n") : "";
    sink_(absl::StrCat(begin, FormatYaml(ordered_json::array({item}))));
  } else {
    std::string begin = first ? absl::StrCat("{\n  \"", array_, "\": [") : ",";
    sink_(absl::StrCat(begin, "\n", Indented(item.dump(kIndent), "    ")));
  }
}

void DocumentWriter::End(const ordered_json& fields) {
  if (format_ == OutputFormat::kYaml) {
    if (empty_) sink_(absl::StrCat(array_, ": []\n"));
    if (!fields.empty()) sink_(FormatYaml(fields));
    return;
  }
  if (empty_) sink_(absl::StrCat("{\n  \"", array_, "\": ["));
  sink_(empty_ ? "]" : "\n  ]");
  for (const auto& [name, value] : fields.items()) {
    sink_(absl::StrCat(",\n  ", ordered_json(name).dump(), ": ", value.dump()));
  }
  sink_("\n}\n");
}

}  // namespace triad::cli

// Messages as JSON and YAML: the proto's JSON form, with all fields that have no presence,
// so that a script finds them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/output/table.h"

namespace google::protobuf {
class Message;
}

namespace triad::cli {

enum class OutputFormat { kTable, kJson, kYaml };

// "table", "json" or "yaml"; anything else is a table.
OutputFormat ParseOutputFormat(absl::string_view text);

nlohmann::ordered_json MessageJson(const google::protobuf::Message& message);

// `value` as one document of `format`, which is not the table.
std::string FormatDocument(const nlohmann::ordered_json& value, OutputFormat format);

// Of JSON or YAML. INVALID_ARGUMENT, with line and column, for what is neither.
absl::StatusOr<nlohmann::ordered_json> ParseDocument(const std::string& text);

// An object whose one long array is written as it comes: {"entries": [...], "revision": "7"}.
class DocumentWriter {
 public:
  // `format` is not the table.
  DocumentWriter(absl::string_view array, OutputFormat format, Sink sink);

  void Add(const nlohmann::ordered_json& item);
  // The object's other fields, and its end.
  void End(const nlohmann::ordered_json& fields);

 private:
  const std::string array_;
  const OutputFormat format_;
  const Sink sink_;
  bool empty_ = true;
};

}  // namespace triad::cli

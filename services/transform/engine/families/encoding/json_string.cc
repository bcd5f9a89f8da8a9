#include <string>

#include "runtime/base/status.h"
#include "services/transform/engine/families/encoding/operations.h"
#include "services/transform/engine/support/json_text.h"

namespace triad::transform {
namespace {

absl::Status RunEscape(absl::string_view input, const Arguments& arguments, Output& output) {
  std::string json;
  AppendJsonString(input, arguments.Flag("ascii"), json);
  output.Append(json);
  return output.status();
}

absl::Status RunUnescape(absl::string_view input, const Arguments&, Output& output) {
  TRIAD_ASSIGN_OR_RETURN(std::size_t length, JsonStringLength(input));
  if (length != input.size()) return BadInputAt(length, "goes on after its string");
  output.Append(JsonStringValue(input));
  return output.status();
}

}  // namespace

Operation JsonEscape() {
  return {.id = "json-escape",
          .name = "JSON string escape",
          .aliases = {"Escape string", "to-json-string"},
          .summary = "Writes text as a JSON string, with its quotes (RFC 8259).",
          .takes = Data::kText,
          .gives = Data::kText,
          .parameters = {{.name = "ascii",
                          .summary = "Whether what is not ASCII becomes \\uXXXX.",
                          .kind = Kind::kFlag,
                          .default_value = "false"}},
          .inverse = "json-unescape",
          .examples = {{"a\"b\n", "json-escape", R"("a\"b\n")"}},
          .scratch = 6,
          .run = RunEscape};
}

Operation JsonUnescape() {
  return {.id = "json-unescape",
          .name = "JSON string unescape",
          .aliases = {"Unescape string", "from-json-string"},
          .summary = "Reads a JSON string, with its quotes (RFC 8259).",
          .takes = Data::kText,
          .gives = Data::kText,
          .inverse = "json-escape",
          .examples = {{R"("a\"b\u00e9")", "json-unescape", "a\"bé"}},
          .scratch = 1,
          .run = RunUnescape};
}

}  // namespace triad::transform

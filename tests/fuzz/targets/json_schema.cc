// Schemas, and documents that are held against them. The first line is the schema, the rest the
// document.
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/utf8.h"
#include "runtime/json_schema/schema.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using json_schema::Document;
using json_schema::Limits;
using json_schema::Schema;
using json_schema::Violation;

// A tenth of a second is enough for what a fuzzer makes up.
constexpr Limits kLimits = {.max_steps = 1'000'000};

// What is wrong; nullopt if that is too costly to find out.
std::optional<std::vector<Violation>> ViolationsOf(const Schema& schema, const Document& document) {
  absl::StatusOr<std::vector<Violation>> violations = schema.Validate(document, kLimits);
  if (violations.ok()) return *violations;
  Require(absl::IsResourceExhausted(violations.status()), "a check fails for its cost alone",
          violations.status().message());
  return std::nullopt;
}

void CheckViolations(const std::vector<Violation>& violations) {
  Require(violations.size() <= kLimits.max_violations, "violations are counted");
  for (const Violation& violation : violations) {
    for (const std::string& pointer : {violation.pointer, violation.schema_pointer}) {
      Require(IsValidUtf8(pointer), "a pointer is text", pointer);
      Require(pointer.empty() || pointer.front() == '/', "a pointer begins with a slash", pointer);
    }
    Require(!violation.rule.empty(), "a rule has a name");
  }
}

// A value is itself, and nothing else.
void CheckAgainstItself(absl::string_view json, const Document& document) {
  for (absl::string_view keyword : {"\"const\":", "\"enum\":["}) {
    std::string end = absl::EndsWith(keyword, "[") ? "]}" : "}";
    absl::StatusOr<std::shared_ptr<const Schema>> schema =
        Schema::Parse(absl::StrCat("{", keyword, json, end));
    if (!schema.ok()) return;  // one level deeper than may be
    Require(ViolationsOf(**schema, document)->empty(), "a value is equal to itself", json);
  }
}

// "not" allows what a schema does not, and "allOf" what it does.
void CheckInverse(absl::string_view text, const Document& document, bool valid) {
  if (absl::StrContains(text, "$") || absl::StrContains(text, "\\u0024")) return;  // refers to "#"
  for (bool inverse : {false, true}) {
    std::string outer =
        inverse ? absl::StrCat("{\"not\":", text, "}") : absl::StrCat("{\"allOf\":[", text, "]}");
    absl::StatusOr<std::shared_ptr<const Schema>> schema = Schema::Parse(outer);
    if (!schema.ok()) return;  // one level deeper than may be
    std::optional<std::vector<Violation>> violations = ViolationsOf(**schema, document);
    if (!violations) return;
    Require(violations->empty() == (valid != inverse), "a schema means the same in another", text);
  }
}

const Registration kTarget("json_schema", [](absl::string_view bytes) {
  Input input(bytes);
  absl::string_view text = input.TakeLine();
  absl::StatusOr<Document> document = Document::Parse(input.rest());
  if (document.ok()) CheckAgainstItself(input.rest(), *document);
  absl::StatusOr<std::shared_ptr<const Schema>> schema = Schema::Parse(text);
  for (const absl::Status& status : {document.status(), schema.status()}) {
    Require(status.ok() || absl::IsInvalidArgument(status), "what is wrong is the caller's");
    Require(IsValidUtf8(status.message()), "an error is text", status.message());
  }
  if (!schema.ok() || !document.ok()) return;
  std::optional<std::vector<Violation>> violations = ViolationsOf(**schema, *document);
  if (!violations) return;
  CheckViolations(*violations);
  CheckInverse(text, *document, violations->empty());
});

}  // namespace
}  // namespace triad::fuzz

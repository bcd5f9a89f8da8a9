// Reads pairs of lines, a schema and a document, and writes a line for each pair: "valid",
// "invalid", "schema: WHY" if the schema is refused, "document: WHY" if the document is.
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/json_schema/schema.h"

namespace triad::json_schema {
namespace {

std::string Verdict(const std::string& schema_text, const std::string& document_text) {
  auto schema = Schema::Parse(schema_text);
  if (!schema.ok()) return absl::StrCat("schema: ", schema.status().message());
  auto document = Document::Parse(document_text);
  if (!document.ok()) return absl::StrCat("document: ", document.status().message());
  auto violations = (*schema)->Validate(*document);
  if (!violations.ok()) return absl::StrCat("document: ", violations.status().message());
  return violations->empty() ? "valid" : "invalid";
}

int Run() {
  std::string schema;
  std::string document;
  while (std::getline(std::cin, schema) && std::getline(std::cin, document)) {
    std::cout << Verdict(schema, document) << "\n";
  }
  return 0;
}

}  // namespace
}  // namespace triad::json_schema

int main() { return triad::json_schema::Run(); }

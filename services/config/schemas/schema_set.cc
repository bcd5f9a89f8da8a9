#include "services/config/schemas/schema_set.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/status.h"
#include "services/config/schemas/schema_name.h"

namespace triad::config {
namespace {

// A write waits for its check, and other writes for that write: a document of a megabyte has some
// hundred thousand values.
constexpr json_schema::Limits kLimits{
    .max_steps = 2'000'000, .max_depth = 500, .max_violations = 3};

absl::StatusOr<json_schema::Document> DocumentOf(ValueKind kind, const std::string& value) {
  if (kind == ValueKind::kString) return json_schema::Document::OfString(value);
  // The text of every other value is JSON.
  return json_schema::Document::Parse(value);
}

std::string Describe(const json_schema::Violation& violation) {
  return absl::StrCat(violation.rule, " at ",
                      violation.pointer.empty() ? "its root" : violation.pointer);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const EntrySchema>> EntrySchema::Make(const StoredSchema& row) {
  absl::StatusOr<std::shared_ptr<const json_schema::Schema>> schema =
      json_schema::Schema::Parse(row.json_schema);
  if (!schema.ok()) return InvalidField("schema.json_schema", schema.status().message());
  return std::make_shared<const EntrySchema>(row, *std::move(schema));
}

EntrySchema::EntrySchema(const StoredSchema& row, std::shared_ptr<const json_schema::Schema> schema)
    : name_(row.name),
      resource_(FormatSchemaName({row.space, row.name})),
      pattern_(row.pattern),
      schema_(std::move(schema)) {}

absl::StatusOr<std::vector<json_schema::Violation>> EntrySchema::Check(
    ValueKind kind, const std::string& value) const {
  TRIAD_ASSIGN_OR_RETURN(json_schema::Document document, DocumentOf(kind, value));
  return schema_->Validate(document, kLimits);
}

absl::StatusOr<SchemaSet> SchemaSet::Make(const std::vector<StoredSchema>& rows) {
  SchemaSet set;
  for (const StoredSchema& row : rows) {
    absl::StatusOr<std::shared_ptr<const EntrySchema>> schema = EntrySchema::Make(row);
    if (!schema.ok()) {
      return absl::DataLossError(absl::StrCat(FormatSchemaName({row.space, row.name}),
                                              " is damaged: ", schema.status().message()));
    }
    set.schemas_.push_back(*std::move(schema));
  }
  std::sort(set.schemas_.begin(), set.schemas_.end(), [](const auto& a, const auto& b) {
    return std::make_tuple(b->pattern().weight(), a->name()) <
           std::make_tuple(a->pattern().weight(), b->name());
  });
  return set;
}

std::shared_ptr<const EntrySchema> SchemaSet::Find(absl::string_view key) const {
  auto found = std::find_if(schemas_.begin(), schemas_.end(),
                            [&](const auto& one) { return one->pattern().Matches(key); });
  return found == schemas_.end() ? nullptr : *found;
}

absl::Status SchemaSet::Check(absl::string_view key, ValueKind kind,
                              const std::string& value) const {
  std::shared_ptr<const EntrySchema> schema = Find(key);
  if (schema == nullptr) return absl::OkStatus();
  absl::StatusOr<std::vector<json_schema::Violation>> found = schema->Check(kind, value);
  if (!found.ok()) return InvalidField("entry.value", found.status().message());
  if (found->empty()) return absl::OkStatus();
  auto format = [](std::string* out, const json_schema::Violation& one) { *out += Describe(one); };
  return InvalidField("entry.value", absl::StrCat("does not fit ", schema->resource(), ": ",
                                                  absl::StrJoin(*found, ", ", format)));
}

}  // namespace triad::config

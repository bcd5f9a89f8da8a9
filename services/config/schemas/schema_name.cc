#include "services/config/schemas/schema_name.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

constexpr absl::string_view kSchemas = "/schemas/";

}  // namespace

absl::StatusOr<SchemaName> ParseSchemaName(absl::string_view field, absl::string_view name) {
  std::size_t schemas = name.find(kSchemas);
  if (schemas == absl::string_view::npos) {
    return InvalidField(field, "must be namespaces/{namespace}/schemas/{schema}");
  }
  TRIAD_ASSIGN_OR_RETURN(std::string space, ParseParent(field, name.substr(0, schemas)));
  absl::string_view schema = name.substr(schemas + kSchemas.size());
  if (!IsResourceId(schema)) {
    return InvalidField(field,
                        "must have a schema of 1 to 63 of [a-z0-9-] that starts with a letter");
  }
  return SchemaName{std::move(space), std::string(schema)};
}

std::string FormatSchemaName(const SchemaName& name) {
  return absl::StrCat("namespaces/", name.space, kSchemas, name.schema);
}

}  // namespace triad::config

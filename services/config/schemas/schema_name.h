// Names of schemas.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::config {

struct SchemaName {
  std::string space;
  std::string schema;
};

// Reads "namespaces/{namespace}/schemas/{schema}". INVALID_ARGUMENT names `field` and says which
// rule is broken.
absl::StatusOr<SchemaName> ParseSchemaName(absl::string_view field, absl::string_view name);

std::string FormatSchemaName(const SchemaName& name);

}  // namespace triad::config

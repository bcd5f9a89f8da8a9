// The schemas of a namespace, compiled.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/json_schema/schema.h"
#include "services/config/model/entry.h"
#include "services/config/model/schema.h"
#include "services/config/schemas/key_pattern.h"

namespace triad::config {

// One schema. Immutable; shared by threads.
class EntrySchema {
 public:
  // INVALID_ARGUMENT, naming schema.json_schema and the place in it, if the text is no schema.
  static absl::StatusOr<std::shared_ptr<const EntrySchema>> Make(const StoredSchema& row);

  EntrySchema(const StoredSchema& row, std::shared_ptr<const json_schema::Schema> schema);

  // "namespaces/{namespace}/schemas/{schema}".
  const std::string& resource() const { return resource_; }
  const std::string& name() const { return name_; }
  const KeyPattern& pattern() const { return pattern_; }

  // Where a value, which is of `kind` and in the form of FormatValue(), does not fit; nothing if it
  // does. An error, whose message is the end of a sentence about the value, if that cannot be told:
  // it is nested too deeply, names a member twice, or would take too long. No value is in either.
  absl::StatusOr<std::vector<json_schema::Violation>> Check(ValueKind kind,
                                                            const std::string& value) const;

 private:
  std::string name_;
  std::string resource_;
  KeyPattern pattern_;
  std::shared_ptr<const json_schema::Schema> schema_;
};

// Immutable; shared by threads.
class SchemaSet {
 public:
  // Of the rows of one namespace. DATA_LOSS if one is no schema.
  static absl::StatusOr<SchemaSet> Make(const std::vector<StoredSchema>& rows);

  // The schema that counts for `key`; nullptr if none describes it.
  std::shared_ptr<const EntrySchema> Find(absl::string_view key) const;

  // INVALID_ARGUMENT, naming entry.value, if `value` does not fit, or that cannot be told.
  absl::Status Check(absl::string_view key, ValueKind kind, const std::string& value) const;

 private:
  std::vector<std::shared_ptr<const EntrySchema>> schemas_;  // the one that counts first
};

}  // namespace triad::config

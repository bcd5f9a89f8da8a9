// Which entries do not fit a schema that is to be set.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"
#include "services/config/model/schema.h"
#include "services/config/schemas/schema_set.h"

namespace triad::config {

// Where an entry does not fit.
struct EntryViolation {
  std::string key;
  std::string pointer;
  std::string rule;  // empty if the value cannot be checked at all
};

// Looks at the entries without holding writes up, and then in the transaction that sets the schema
// once more at those alone that have changed meanwhile. Secrets are not looked at. Can be copied;
// not thread-safe.
class SchemaCheck {
 public:
  static constexpr std::size_t kMaxViolations = 100;

  // Of the schema `row`, which takes the place of the one of its name. INVALID_ARGUMENT, naming the
  // field, if it is no schema, or the namespace would have too many.
  static absl::StatusOr<SchemaCheck> Begin(db::Database& database, const StoredSchema& row);

  absl::Status LookAtAll(db::Database& database);
  // ABORTED if so much has changed that it has to be begun anew.
  absl::Status LookAgain(db::Session& session);

  const std::string& resource() const { return schema_->resource(); }
  // By key, each entry with the first place at which it does not fit.
  const std::vector<EntryViolation>& violations() const { return violations_; }
  bool more_violations() const { return more_; }

 private:
  SchemaCheck() = default;

  absl::Status LookAtSome(db::Session& session, std::string& after);
  void Look(const StoredEntry& entry);
  EntryFilter Filter() const { return {space_, std::string(schema_->pattern().prefix())}; }

  std::string space_;
  std::vector<StoredSchema> rows_;  // those that there are
  std::shared_ptr<const SchemaSet> schemas_;
  std::shared_ptr<const EntrySchema> schema_;
  Revision since_;  // before the first look
  std::vector<EntryViolation> violations_;
  bool more_ = false;
};

}  // namespace triad::config

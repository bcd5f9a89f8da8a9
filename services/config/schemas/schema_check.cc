#include "services/config/schemas/schema_check.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/schema_rows.h"
#include "services/config/rows/version_rows.h"
#include "services/config/schemas/schema_cache.h"

namespace triad::config {
namespace {

// What one look reads, as no transaction that reads is to be a long one.
constexpr std::int64_t kBatch = 500;
// What may change while the entries are looked at.
constexpr std::int64_t kMaxChanged = 5'000;

bool SameRows(const std::vector<StoredSchema>& a, const std::vector<StoredSchema>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const StoredSchema& one, const StoredSchema& other) {
                      return one.name == other.name && one.pattern == other.pattern &&
                             one.json_schema == other.json_schema;
                    });
}

absl::Status CheckLimits(const std::vector<StoredSchema>& rows) {
  if (rows.size() > kMaxSchemas) {
    return InvalidField("schema.name", absl::StrCat("would be one more than the ", kMaxSchemas,
                                                    " schemas that a namespace may have"));
  }
  std::size_t bytes = 0;
  for (const StoredSchema& row : rows) bytes += row.json_schema.size();
  if (bytes <= kMaxSchemaBytesOfNamespace) return absl::OkStatus();
  return InvalidField("schema.json_schema",
                      absl::StrCat("makes the schemas of the namespace longer than ",
                                   kMaxSchemaBytesOfNamespace, " bytes"));
}

// `rows`, in which `row` has the place of the one of its name.
std::vector<StoredSchema> With(std::vector<StoredSchema> rows, const StoredSchema& row) {
  auto same = [&](const StoredSchema& one) { return one.name == row.name; };
  auto found = std::find_if(rows.begin(), rows.end(), same);
  if (found == rows.end()) found = rows.emplace(rows.end());
  *found = row;
  return rows;
}

absl::Status TooMuchChanges() {
  return absl::AbortedError(
      "entries or schemas of the namespace have changed while they were looked at: try again");
}

}  // namespace

absl::StatusOr<SchemaCheck> SchemaCheck::Begin(db::Database& database, const StoredSchema& row) {
  SchemaCheck check;
  check.space_ = row.space;
  TRIAD_ASSIGN_OR_RETURN(check.schema_, EntrySchema::Make(row));
  TRIAD_RETURN_IF_ERROR(database.Read([&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
    check.since_ = meta.head;
    TRIAD_ASSIGN_OR_RETURN(check.rows_, SchemaRows(session).List(row.space, "", kMaxSchemas));
    return absl::OkStatus();
  }));
  std::vector<StoredSchema> rows = With(check.rows_, row);
  TRIAD_RETURN_IF_ERROR(CheckLimits(rows));
  TRIAD_ASSIGN_OR_RETURN(SchemaSet schemas, SchemaSet::Make(rows));
  check.schemas_ = std::make_shared<const SchemaSet>(std::move(schemas));
  return check;
}

absl::Status SchemaCheck::LookAtAll(db::Database& database) {
  std::string after;
  do {
    std::string before = std::move(after);
    TRIAD_RETURN_IF_ERROR(database.Read([&](db::Session& session) {
      after = before;
      return LookAtSome(session, after);
    }));
  } while (!after.empty() && !more_);
  return absl::OkStatus();
}

// Leaves `after` empty if there are no more.
absl::Status SchemaCheck::LookAtSome(db::Session& session, std::string& after) {
  EntryRows rows(session);
  for (std::int64_t looked_at = 0; looked_at < kBatch && !more_; ++looked_at) {
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> next, rows.Next(Filter(), after));
    if (!next.has_value()) {
      after.clear();
      break;
    }
    after = next->name.key;
    Look(*next);
  }
  return absl::OkStatus();
}

absl::Status SchemaCheck::LookAgain(db::Session& session) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<StoredSchema> rows,
                         SchemaRows(session).List(space_, "", kMaxSchemas));
  if (!SameRows(rows, rows_)) return TooMuchChanges();
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> keys,
                         VersionRows(session).KeysChangedAfter(Filter(), since_, kMaxChanged + 1));
  if (static_cast<std::int64_t>(keys.size()) > kMaxChanged) return TooMuchChanges();
  for (std::string& key : keys) {
    violations_.erase(std::remove_if(violations_.begin(), violations_.end(),
                                     [&](const EntryViolation& one) { return one.key == key; }),
                      violations_.end());
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> entry,
                           EntryRows(session).Find({space_, std::move(key)}));
    if (entry.has_value()) Look(*entry);
  }
  std::sort(violations_.begin(), violations_.end(),
            [](const EntryViolation& a, const EntryViolation& b) { return a.key < b.key; });
  return absl::OkStatus();
}

void SchemaCheck::Look(const StoredEntry& entry) {
  if (entry.deleted || entry.version == 0 || entry.secret || entry.destroyed) return;
  std::shared_ptr<const EntrySchema> counts = schemas_->Find(entry.name.key);
  if (counts == nullptr || counts->resource() != schema_->resource()) return;
  absl::StatusOr<std::vector<json_schema::Violation>> found =
      counts->Check(entry.kind, entry.value);
  if (found.ok() && found->empty()) return;
  more_ = violations_.size() == kMaxViolations;
  if (more_) return;
  EntryViolation violation{entry.name.key, "", ""};
  if (found.ok()) {
    violation.pointer = std::move(found->front().pointer);
    violation.rule = std::move(found->front().rule);
  }
  violations_.push_back(std::move(violation));
}

}  // namespace triad::config

#include "services/config/schemas/schema_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/audit/audited_write.h"
#include "runtime/base/clock.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"
#include "services/config/namespaces/writable_namespace.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/schema_rows.h"

namespace triad::config {
namespace {

// An answer is to stay below what a message may have.
constexpr std::size_t kMaxPageBytes = 2 << 20;

absl::Status NotThere(const SchemaName& name) {
  return absl::NotFoundError(absl::StrCat(FormatSchemaName(name), " does not exist"));
}

SchemaSettingResult ResultOf(std::optional<StoredSchema> schema, const SchemaCheck& check) {
  return {std::move(schema), check.violations(), check.more_violations()};
}

}  // namespace

absl::StatusOr<SchemaSettingResult> SchemaStore::Set(const SchemaSetting& setting) {
  const std::string& space = setting.schema.space;
  TRIAD_ASSIGN_OR_RETURN(SchemaCheck check, SchemaCheck::Begin(database_, setting.schema));
  TRIAD_RETURN_IF_ERROR(check.LookAtAll(database_));
  if (!check.violations().empty() && !setting.force) return ResultOf(std::nullopt, check);

  SchemaSettingResult result;
  auto work = [&](db::Session& session) -> absl::Status {
    result = SchemaSettingResult();
    TRIAD_RETURN_IF_ERROR(MetaRows(session).HoldWrites());
    SchemaCheck last = check;
    TRIAD_RETURN_IF_ERROR(last.LookAgain(session));
    result = ResultOf(std::nullopt, last);
    if (!result.violations.empty() && !setting.force) return absl::CancelledError("does not fit");
    TRIAD_ASSIGN_OR_RETURN(result.schema, Put(session, setting.schema));
    return absl::OkStatus();
  };
  SchemaCache::Changing changing(cache_, space);
  absl::Status written = audit::WriteAudited(
      database_, audit_, audit::LineOfRequest(check.resource(), "schemas"), setting.dry_run, work);
  bool refused = !result.violations.empty() && !setting.force;
  if (!written.ok() && !refused) return written;
  return result;
}

absl::StatusOr<StoredSchema> SchemaStore::Put(db::Session& session, StoredSchema row) {
  TRIAD_RETURN_IF_ERROR(MakeWritable(session, row.space, explicit_namespaces_, clock_.NowMicros()));
  SchemaRows rows(session);
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredSchema> before, rows.Find(row.space, row.name));
  row.update_time = clock_.NowMicros();
  row.create_time = before.has_value() ? before->create_time : row.update_time;
  TRIAD_RETURN_IF_ERROR(rows.Put(row));
  return row;
}

absl::StatusOr<StoredSchema> SchemaStore::Get(const SchemaName& name) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<StoredSchema> {
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredSchema> found,
                           SchemaRows(session).Find(name.space, name.schema));
    if (!found.has_value()) return NotThere(name);
    return *std::move(found);
  });
}

absl::StatusOr<SchemaPage> SchemaStore::List(const std::string& space, const std::string& after,
                                             std::int64_t limit) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<SchemaPage> {
    TRIAD_ASSIGN_OR_RETURN(std::vector<StoredSchema> rows,
                           SchemaRows(session).List(space, after, limit + 1));
    SchemaPage page;
    std::size_t bytes = 0;
    for (StoredSchema& row : rows) {
      bytes += row.json_schema.size();
      page.more = static_cast<std::int64_t>(page.schemas.size()) == limit ||
                  (bytes > kMaxPageBytes && !page.schemas.empty());
      if (page.more) break;
      page.schemas.push_back(std::move(row));
    }
    return page;
  });
}

absl::Status SchemaStore::Delete(const SchemaName& name, DryRun dry_run) {
  SchemaCache::Changing changing(cache_, name.space);
  auto work = [&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(bool deleted, SchemaRows(session).Delete(name.space, name.schema));
    return deleted ? absl::OkStatus() : NotThere(name);
  };
  return audit::WriteAudited(
      database_, audit_, audit::LineOfRequest(FormatSchemaName(name), "schemas"), dry_run, work);
}

absl::StatusOr<StoredSchema> SchemaStore::For(const EntryName& entry) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<StoredSchema> {
    TRIAD_ASSIGN_OR_RETURN(std::shared_ptr<const SchemaSet> schemas,
                           cache_.Find(session, entry.space));
    std::shared_ptr<const EntrySchema> counts = schemas->Find(entry.key);
    if (counts == nullptr) {
      return absl::NotFoundError(absl::StrCat("no schema describes ", FormatEntryName(entry)));
    }
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredSchema> row,
                           SchemaRows(session).Find(entry.space, counts->name()));
    if (!row.has_value()) return NotThere({entry.space, counts->name()});
    return *std::move(row);
  });
}

}  // namespace triad::config

#include "services/config/rows/schema_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

constexpr absl::string_view kSelect =
    "SELECT namespace, name, pattern, json_schema, create_time, update_time FROM schemas WHERE ";

StoredSchema FromRow(const db::Row& row) {
  return {row.Text(0),
          row.Text(1),
          row.Text(2),
          row.Text(3),
          absl::FromUnixMicros(row.Int(4)),
          absl::FromUnixMicros(row.Int(5))};
}

}  // namespace

absl::StatusOr<std::optional<StoredSchema>> SchemaRows::Find(const std::string& space,
                                                             const std::string& name) {
  static const std::string kSql = absl::StrCat(kSelect, "namespace = $1 AND name = $2");
  TRIAD_ASSIGN_OR_RETURN(std::vector<StoredSchema> found,
                         db::QueryEach(session_, kSql, {space, name}, FromRow));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::StatusOr<std::vector<StoredSchema>> SchemaRows::List(const std::string& space,
                                                           const std::string& after,
                                                           std::int64_t limit) {
  static const std::string kSql =
      absl::StrCat(kSelect, "namespace = $1 AND name > $2 ORDER BY name LIMIT $3");
  return db::QueryEach(session_, kSql, {space, after, limit}, FromRow);
}

absl::Status SchemaRows::Put(const StoredSchema& row) {
  return session_
      .Execute(
          "INSERT INTO schemas (namespace, name, pattern, json_schema, create_time, update_time) "
          "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (namespace, name) DO UPDATE SET pattern = "
          "excluded.pattern, json_schema = excluded.json_schema, update_time = "
          "excluded.update_time",
          {row.space, row.name, row.pattern, row.json_schema, absl::ToUnixMicros(row.create_time),
           absl::ToUnixMicros(row.update_time)})
      .status();
}

absl::StatusOr<bool> SchemaRows::Delete(const std::string& space, const std::string& name) {
  TRIAD_ASSIGN_OR_RETURN(
      std::int64_t deleted,
      session_.Execute("DELETE FROM schemas WHERE namespace = $1 AND name = $2", {space, name}));
  return deleted > 0;
}

absl::Status SchemaRows::DeleteOf(const std::string& space) {
  return session_.Execute("DELETE FROM schemas WHERE namespace = $1", {space}).status();
}

}  // namespace triad::config

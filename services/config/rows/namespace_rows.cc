#include "services/config/rows/namespace_rows.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

NamespaceRow FromRow(const db::Row& row) {
  return {row.Text(0), row.Text(1), absl::FromUnixMicros(row.Int(2)),
          static_cast<NamespaceState>(row.Int(3))};
}

}  // namespace

absl::StatusOr<std::optional<NamespaceRow>> NamespaceRows::Find(const std::string& name) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<NamespaceRow> found,
      db::QueryEach(session_,
                    "SELECT name, description, create_time, state FROM namespaces WHERE name = $1",
                    {name}, FromRow));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

absl::StatusOr<std::vector<NamespaceRow>> NamespaceRows::List(const std::string& after,
                                                              std::int64_t limit) {
  return db::QueryEach(session_,
                       "SELECT name, description, create_time, state FROM namespaces WHERE name > "
                       "$1 AND state <> 3 ORDER BY name LIMIT $2",
                       {after, limit}, FromRow);
}

absl::StatusOr<std::vector<std::string>> NamespaceRows::ListDeleting() {
  return db::QueryEach(session_, "SELECT name FROM namespaces WHERE state = 2 ORDER BY name", {},
                       [](const db::Row& row) { return row.Text(0); });
}

absl::Status NamespaceRows::Create(const NamespaceRow& row) {
  TRIAD_ASSIGN_OR_RETURN(
      std::int64_t created,
      session_.Execute(
          "INSERT INTO namespaces (name, description, create_time, state) VALUES ($1, $2, $3, 1) "
          "ON CONFLICT (name) DO UPDATE SET description = excluded.description, create_time = "
          "excluded.create_time, state = 1 WHERE namespaces.state = 3",
          {row.name, row.description, absl::ToUnixMicros(row.create_time)}));
  if (created > 0) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat("namespaces/", row.name, " exists already"));
}

absl::Status NamespaceRows::Describe(const std::string& name, const std::string& description) {
  return session_
      .Execute("UPDATE namespaces SET description = $2 WHERE name = $1", {name, description})
      .status();
}

absl::Status NamespaceRows::SetState(const std::string& name, NamespaceState state) {
  return session_
      .Execute("UPDATE namespaces SET state = $2 WHERE name = $1",
               {name, static_cast<std::int64_t>(state)})
      .status();
}

}  // namespace triad::config

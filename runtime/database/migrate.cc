#include "runtime/database/migrate.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "runtime/base/clock.h"
#include "runtime/base/status.h"

namespace triad::db {
namespace {

constexpr absl::string_view kCreateTable =
    "CREATE TABLE IF NOT EXISTS triad_migrations ("
    "number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)";

absl::Status CheckNumbers(absl::Span<const Migration> migrations) {
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    if (migrations[i].number == static_cast<int>(i) + 1) continue;
    return absl::InternalError(absl::StrCat("migration ", migrations[i].number, " stands at place ",
                                            i + 1, ": number them 1, 2, 3, …"));
  }
  return absl::OkStatus();
}

absl::Status CheckApplied(const std::vector<KeptRow>& applied,
                          absl::Span<const Migration> migrations) {
  if (applied.size() > migrations.size()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "database is at migration ", applied.back().Int(0), " (", applied.back().Text(1),
        "), this binary knows ", migrations.size(), ": use a newer binary, or an older backup"));
  }
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (applied[i].Int(0) == migrations[i].number && applied[i].Text(1) == migrations[i].name) {
      continue;
    }
    return absl::FailedPreconditionError(
        absl::StrCat("database has migration ", applied[i].Int(0), " (", applied[i].Text(1),
                     ") where this binary has ", migrations[i].number, " (", migrations[i].name,
                     "): it belongs to another program; check the database URL"));
  }
  return absl::OkStatus();
}

absl::Status RunScript(DriverSession& session, absl::string_view script) {
  TRIAD_RETURN_IF_ERROR(session.RunScript(script));
  if (session.InTransaction()) return absl::OkStatus();
  return absl::InternalError("it must not end the transaction it runs in");
}

absl::Status Apply(DriverSession& session, const Migration& migration) {
  TRIAD_RETURN_IF_ERROR(
      Annotate(RunScript(session, migration.sql),
               absl::StrCat("migration ", migration.number, " (", migration.name, "): ")));
  return session
      .Execute("INSERT INTO triad_migrations (number, name, applied_at) VALUES ($1, $2, $3)",
               {std::int64_t{migration.number}, std::string(migration.name),
                absl::ToUnixMicros(Clock::System().Now())})
      .status();
}

absl::Status ApplyMissing(DriverSession& session, absl::Span<const Migration> migrations) {
  TRIAD_RETURN_IF_ERROR(CheckNumbers(migrations));
  TRIAD_RETURN_IF_ERROR(session.Execute(kCreateTable).status());
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<KeptRow> applied,
      session.Query("SELECT number, name FROM triad_migrations ORDER BY number"));
  TRIAD_RETURN_IF_ERROR(CheckApplied(applied, migrations));
  for (const Migration& migration : migrations.subspan(applied.size())) {
    TRIAD_RETURN_IF_ERROR(Apply(session, migration));
  }
  return session.Execute("COMMIT").status();
}

}  // namespace

absl::Status Migrate(DriverSession& session, absl::Span<const Migration> migrations) {
  TRIAD_RETURN_IF_ERROR(session.Begin());
  return RollBack(session, ApplyMissing(session, migrations));
}

}  // namespace triad::db

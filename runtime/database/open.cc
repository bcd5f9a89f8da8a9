#include "runtime/database/open.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/status.h"
#include "runtime/database/driver.h"
#include "runtime/database/driver_database.h"
#include "runtime/database/migrate.h"
#include "runtime/database/sqlite/sqlite_driver.h"

namespace triad::db {
namespace {

struct Driver {
  absl::string_view scheme;
  absl::string_view form;  // of its URLs
  const char* system;      // in spans: OpenTelemetry's name of the engine
  absl::StatusOr<DriverSessions> (*open)(const OpenOptions& options);
};

// A new driver is one more row.
constexpr Driver kDrivers[] = {
    {"sqlite:", "sqlite:PATH", "sqlite", &sqlite::OpenSqlite},
};

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Open(const OpenOptions& options,
                                               absl::Span<const Migration> migrations) {
  for (const Driver& driver : kDrivers) {
    if (!absl::StartsWith(options.url, driver.scheme)) continue;
    TRIAD_ASSIGN_OR_RETURN(DriverSessions sessions, driver.open(options));
    TRIAD_RETURN_IF_ERROR(Annotate(Migrate(*sessions.writer, migrations),
                                   absl::StrCat("database '", sessions.name, "': ")));
    return MakeDatabase(std::move(sessions), driver.system, options);
  }
  std::string forms = absl::StrJoin(kDrivers, " or ", [](std::string* out, const Driver& driver) {
    absl::StrAppend(out, driver.form);
  });
  return absl::InvalidArgumentError(
      absl::StrCat("database URL '", options.url, "': expected ", forms));
}

}  // namespace triad::db

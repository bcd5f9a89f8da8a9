#include "runtime/database/open.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"
#include "runtime/database/sqlite/sqlite_database.h"
#include "runtime/database/traced_database.h"

namespace triad::db {
namespace {

using Opener = absl::StatusOr<std::unique_ptr<Database>> (*)(const OpenOptions& options,
                                                             const std::string& rest_of_url,
                                                             absl::Span<const Migration>);

struct Scheme {
  absl::string_view prefix;
  const char* system;  // in spans: OpenTelemetry's name of the engine
  Opener open;
};

// A new driver is one more row.
constexpr Scheme kSchemes[] = {
    {"sqlite:", "sqlite", &sqlite::OpenSqlite},
};

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Open(const OpenOptions& options,
                                               absl::Span<const Migration> migrations) {
  for (const Scheme& scheme : kSchemes) {
    absl::string_view rest = options.url;
    if (absl::ConsumePrefix(&rest, scheme.prefix) && !rest.empty()) {
      TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                             scheme.open(options, std::string(rest), migrations));
      return Traced(std::move(database), scheme.system);
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("database URL '", options.url, "': expected sqlite:PATH"));
}

}  // namespace triad::db

#include "runtime/database/driver.h"

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::db {

void EndForWrongColumn(std::size_t column, std::size_t columns, const char* wanted) {
  std::fprintf(stderr, "column %zu of %zu is not %s: mend the SQL of the caller\n", column, columns,
               wanted);
  std::abort();
}

absl::Status RunWork(absl::FunctionRef<absl::Status(Session&)> work, Session& session) {
  try {
    return work(session);
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("database work threw: ", error.what()));
  }
}

absl::Status RollBack(DriverSession& session, const absl::Status& cause) {
  if (!session.InTransaction()) return cause;
  absl::Status undone = session.Execute("ROLLBACK").status();
  if (undone.ok() || cause.ok()) return cause.ok() ? undone : cause;
  return Annotate(cause, absl::StrCat(undone.message(), "; before that: "));
}

}  // namespace triad::db

// One prepared statement. Used by SqliteSession only.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/database/database.h"

namespace triad::db::sqlite {

class Statement {
 public:
  // INTERNAL if `sql` is not exactly one statement with parameters $1, $2, ….
  static absl::StatusOr<std::unique_ptr<Statement>> Prepare(sqlite3* connection,
                                                            absl::string_view sql);

  // Runs it to its end, or until `visit` returns false, and leaves it reset.
  absl::Status Run(absl::Span<const Value> parameters, Session::Visitor visit);

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  absl::Status MapParameters();
  absl::Status Bind(absl::Span<const Value> parameters);
  absl::Status StepToEnd(Session::Visitor visit);
  absl::Status Error() const;

  const std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  // Place of each of SQLite's parameters in the caller's list: SQLite numbers
  // them as they appear, we by their names.
  std::vector<std::size_t> places_;
  std::size_t parameters_ = 0;
};

}  // namespace triad::db::sqlite

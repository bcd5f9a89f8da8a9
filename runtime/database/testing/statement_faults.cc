#include "runtime/database/testing/statement_faults.h"

#include <sqlite3.h>

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "runtime/base/mutex.h"

namespace triad::db {
namespace {

Mutex mutex;
// How many statements are left until the one that fails; 0 if it has failed, or none is to.
std::int64_t left ABSL_GUARDED_BY(mutex) = 0;
StatementFaults::Kind kind ABSL_GUARDED_BY(mutex) = StatementFaults::Kind::kInterrupted;
constexpr int kNoLimit = 1'000'000'000;

std::set<std::string>& Run() {
  static std::set<std::string>& statements = *new std::set<std::string>;
  return statements;
}

// Called when a statement begins, which looks at the interrupt next.
int Begins(unsigned, void* connection, void*, void* sql) {
  auto* database = static_cast<sqlite3*>(connection);
  if (sqlite3_txn_state(database, "main") != SQLITE_TXN_WRITE) return 0;
  MutexLock lock(mutex);
  Run().insert(static_cast<const char*>(sql));
  if (kind == StatementFaults::Kind::kTooLarge) {
    // SQLite takes 1 for the least that it allows.
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, left == 1 ? 1 : kNoLimit);
    if (left > 1) --left;
  } else if (left > 0 && --left == 0) {
    sqlite3_interrupt(database);
  }
  return 0;
}

// Called with each error of a statement.
void Fails(void*, int code, const char*) {
  if (code != SQLITE_TOOBIG) return;
  MutexLock lock(mutex);
  left = 0;
}

int Install(sqlite3* connection, char**, const struct sqlite3_api_routines*) {
  return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, Begins, connection);
}

auto Extension() { return reinterpret_cast<void (*)()>(Install); }

}  // namespace

StatementFaults::StatementFaults() {
  // It can be given before SQLite is used for the first time alone, and stays.
  sqlite3_config(SQLITE_CONFIG_LOG, Fails, nullptr);
  {
    MutexLock lock(mutex);
    left = 0;
    Run().clear();
  }
  sqlite3_auto_extension(Extension());
}
StatementFaults::~StatementFaults() {
  FailAt(0);
  sqlite3_cancel_auto_extension(Extension());
}

void StatementFaults::FailAt(std::int64_t n, Kind how) {
  MutexLock lock(mutex);
  left = n;
  kind = how;
}

bool StatementFaults::failed() const {
  MutexLock lock(mutex);
  return left == 0;
}

bool StatementFaults::HasRun(absl::string_view sql) const {
  MutexLock lock(mutex);
  auto found = Run().lower_bound(std::string(sql));
  return found != Run().end() && absl::StartsWith(*found, sql);
}

}  // namespace triad::db

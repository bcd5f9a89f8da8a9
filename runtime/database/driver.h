// What a database engine's driver does: it opens sessions, which begin
// transactions and run statements. What is the same for every engine stands
// around them: the queue of writes that share a commit, their savepoints, the
// pool of readers, migrations, metrics, spans and the time limit of health.
//
// A new driver is a folder with a subclass of DriverSession and a function that
// opens them, a row of the table in open.cc, and a row in
// database_contract_test.cc, which holds it to what is written here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/database/database.h"

namespace triad::db {

// The session that one connection to the engine has, for one transaction after
// another. Used by one thread at a time. It is either the one that writes or one
// that only reads, from when it is opened.
//
// Beside what Session says: Execute also takes COMMIT, ROLLBACK, SAVEPOINT name,
// ROLLBACK TO name and RELEASE name. COMMIT is OK only if everything is durable;
// one that the engine turns into a rollback is an error. No statement is open any
// more when its call returns, since an open one can make RELEASE fail.
class DriverSession : public Session {
 public:
  // Begins a transaction. Of the session that writes: one that may write and
  // need not wait for a lock later. Of one that reads: a snapshot that sees every
  // commit until now and refuses to write. UNAVAILABLE also if what would be
  // committed could not be found again, as in a file that was removed.
  virtual absl::Status Begin() = 0;

  // Whether there is still a transaction. An error may have ended it with all
  // that was done in it, and so does a lost connection.
  virtual bool InTransaction() const = 0;

  // Runs a file of SQL statements inside the transaction. What one engine needs alone stands in
  // a comment with its name, as /*sqlite WITHOUT ROWID*/, of which its driver takes the words.
  virtual absl::Status RunScript(absl::string_view script) = 0;

  // Begins a transaction as Begin does, reads what is stored past any cache, and
  // ends it. Called outside a transaction.
  virtual absl::Status Probe() = 0;
};

// What an engine keeps beside the database until it is folded into it, and has to be kept short
// by whoever uses the engine: over a connection of its own, which neither the writer nor a
// reader waits for, but where this says so. Thread-safe; a call waits for the one that runs.
class DriverLog {
 public:
  virtual ~DriverLog() = default;

  // What it has in use since it began, or what is known of that, and waits for nothing.
  virtual std::int64_t Bytes() const = 0;

  // Folds into the database what no reader's snapshot is in the way of, durably, while others
  // read and write. How many bytes of it are left, with what was committed meanwhile.
  virtual absl::StatusOr<std::int64_t> Fold() = 0;

  // Folds it all, so that the next commit begins it anew, in the same file. Called while the
  // writer has no transaction and none of the readers reads. UNAVAILABLE, soon, if somebody
  // else does.
  virtual absl::Status Restart() = 0;
  // The same, and nothing is left of what was in its file.
  virtual absl::Status Wipe() = 0;
};

// What a driver's function opens for OpenOptions.
struct DriverSessions {
  // Of the database, for messages: without a password, if its URL has one.
  std::string name;
  std::unique_ptr<DriverSession> writer;
  std::vector<std::unique_ptr<DriverSession>> readers;  // OpenOptions::readers of them
  std::unique_ptr<DriverSession> health;                // one more, for health alone
  std::unique_ptr<DriverLog> log;                       // null if the engine has no such thing
};

// What a row does when `column`, of so many, is asked for as `wanted`, which it is not.
[[noreturn]] void EndForWrongColumn(std::size_t column, std::size_t columns, const char* wanted);

// `work(session)`, with exceptions turned into INTERNAL.
absl::Status RunWork(absl::FunctionRef<absl::Status(Session&)> work, Session& session);

// Undoes the session's transaction if there still is one. `cause`, why it is
// undone, comes back; if that fails too, with this before its message.
absl::Status RollBack(DriverSession& session, const absl::Status& cause);

}  // namespace triad::db

// SQL databases behind one interface.
//
// SQL is written once, in what SQLite and PostgreSQL both understand: `$1`
// parameters, ON CONFLICT, RETURNING, BIGINT, prefix as `key >= $1 AND key <
// $2`, bytes bound as Blob. A driver is the only place that knows which engine
// it is; drivers are rows of the scheme table in open.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace triad::db {

// Bytes, where a plain std::string means text.
struct Blob {
  std::string bytes;
  friend bool operator==(const Blob&, const Blob&) = default;
};

// NULL, BIGINT, DOUBLE PRECISION, TEXT (UTF-8 without NUL), bytes.
using Value = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;

// One row of a result. Asking for a column as another type than it has is a bug
// in the caller's SQL and ends the process with a message.
class Row {
 public:
  virtual ~Row() = default;
  virtual std::size_t size() const = 0;  // in columns
  virtual bool IsNull(std::size_t column) const = 0;
  virtual std::int64_t Int(std::size_t column) const = 0;
  virtual double Double(std::size_t column) const = 0;
  // In the row: what they point to goes with it.
  virtual absl::string_view TextView(std::size_t column) const = 0;
  virtual absl::string_view BytesView(std::size_t column) const = 0;
  // Of whatever type it is.
  virtual Value Get(std::size_t column) const = 0;

  std::string Text(std::size_t column) const { return std::string(TextView(column)); }
  std::string Bytes(std::size_t column) const { return std::string(BytesView(column)); }
};

// A row that has its values, and so outlives its query.
class KeptRow final : public Row {
 public:
  explicit KeptRow(const Row& row);
  std::size_t size() const override { return values_.size(); }
  bool IsNull(std::size_t column) const override;
  std::int64_t Int(std::size_t column) const override;
  double Double(std::size_t column) const override;
  absl::string_view TextView(std::size_t column) const override;
  absl::string_view BytesView(std::size_t column) const override;
  Value Get(std::size_t column) const override { return values_.at(column); }

 private:
  std::vector<Value> values_;
};

// Statements inside one transaction. Valid only during the call it is passed
// to; not thread-safe.
class Session {
 public:
  virtual ~Session() = default;
  // Runs one statement to its end, or until `visit`, which is called with each of its rows
  // (SELECT, RETURNING), returns false: no further row is looked for. It must not use the session.
  // ALREADY_EXISTS for a unique violation, FAILED_PRECONDITION for a foreign
  // key, RESOURCE_EXHAUSTED for a full database or disk, UNAVAILABLE for a
  // lost connection, else INTERNAL.
  using Visitor = absl::FunctionRef<bool(const Row&)>;
  virtual absl::Status Visit(absl::string_view sql, absl::Span<const Value> parameters,
                             Visitor visit) = 0;
  // The same without rows: how many were changed.
  virtual absl::StatusOr<std::int64_t> Execute(absl::string_view sql,
                                               absl::Span<const Value> parameters = {}) = 0;
  // Visit for few rows: all of them.
  absl::StatusOr<std::vector<KeptRow>> Query(absl::string_view sql,
                                             absl::Span<const Value> parameters = {});
};

// Thread-safe. Read, Write and Purge block: never call them on a gRPC or loop thread.
class Database {
 public:
  using Work = std::function<absl::Status(Session&)>;

  virtual ~Database() = default;

  // Runs `work` in a transaction of its own, and returns OK only once it is
  // durable. If `work` fails, nothing of it remains and its status comes back.
  // Writes of several callers may share one commit. `work` may run on another
  // thread and more than once: it changes nothing but what it captured, and
  // starts from scratch each time.
  //
  // `committed` runs after the commit and before any later transaction's
  // `committed`, so calls come in commit order; it must be quick and must not
  // call the database.
  virtual absl::Status Write(Work work, std::function<void()> committed = nullptr) = 0;

  // The same without waiting: returns at once, and calls `answer` once with what Write would
  // have returned, on a thread of the database. `answer` must not block: others wait for it. `work`
  // and `committed` are destroyed before. UNAVAILABLE with RetryInfo, without keeping anything, if
  // too many writes wait.
  using Answer = std::function<void(absl::Status)>;
  virtual absl::Status WriteLater(Work work, std::function<void()> committed, Answer answer) = 0;

  // Runs `work` on one consistent snapshot that sees every acknowledged write.
  // No page of a list outlives it.
  virtual absl::Status Read(absl::FunctionRef<absl::Status(Session&)> work) = 0;

  // Returns OK once nothing that was deleted or replaced before is in the database's files
  // any more. DEADLINE_EXCEEDED if others read for too long.
  virtual absl::Status Purge(absl::Duration timeout) = 0;

  // The writer's pulse and a timed read, which waits for no other read. Says what is
  // wrong.
  virtual absl::Status CheckHealth(absl::Duration timeout) = 0;
};

// The first text, in order of bytes, after all that start with `prefix`, itself
// valid UTF-8 if `prefix` is. Where there is none (an empty prefix), U+10FFFF:
// a code point that stands for no character, after all others.
std::string PrefixEnd(absl::string_view prefix);

// What `make` makes of each row that a query returns.
template <typename Make>
absl::StatusOr<std::vector<std::invoke_result_t<Make, const Row&>>> QueryEach(
    Session& session, absl::string_view sql, absl::Span<const Value> parameters, Make make) {
  std::vector<std::invoke_result_t<Make, const Row&>> made;
  absl::Status status = session.Visit(sql, parameters, [&](const Row& row) {
    made.push_back(make(row));
    return true;
  });
  if (!status.ok()) return status;
  return made;
}

// Database::Read and Write of a `work` that returns absl::StatusOr<T>: its value.
template <typename Work>
std::invoke_result_t<Work, Session&> Read(Database& database, Work work) {
  std::invoke_result_t<Work, Session&> result;
  absl::Status status =
      database.Read([&](Session& session) { return (result = work(session)).status(); });
  if (!status.ok()) return status;
  return result;
}
template <typename Work>
std::invoke_result_t<Work, Session&> Write(Database& database, Work work) {
  std::invoke_result_t<Work, Session&> result;
  absl::Status status =
      database.Write([&](Session& session) { return (result = work(session)).status(); });
  if (!status.ok()) return status;
  return result;
}

}  // namespace triad::db

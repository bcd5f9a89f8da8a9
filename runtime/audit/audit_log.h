// The audit log of a service: lines that are only added, in its database.
//
// The line of a write is written in its transaction, and that of a reveal before its answer,
// so that nothing happens without one. Refused attempts are counted, and become a line for
// each method and client now and then, so that a stranger cannot fill the database.
#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/audit/line.h"
#include "runtime/base/background.h"
#include "runtime/base/mutex.h"
#include "runtime/database/database.h"

namespace prometheus {
class Counter;
}

namespace triad {
class Clock;
class Metrics;
}  // namespace triad

namespace triad::audit {

struct Options {
  absl::Duration retention = absl::Hours(90 * 24);
  // Where lines go as JSON, too, once they are committed; "-" is standard output, empty
  // nowhere.
  std::string file = {};
  // How often the refused attempts become lines, and old lines are deleted.
  absl::Duration interval = absl::Seconds(10);
};

// What a list selects: lines of which each of these is the beginning, or the whole of what
// has to be equal, or empty.
struct Filter {
  std::string resource;   // begins with it
  std::string method;     // ends with it, so that a name without its service will do
  std::string principal;  // is it
  std::string outcome;    // is it
  absl::Time from = absl::InfinitePast();
  absl::Time to = absl::InfiniteFuture();

  bool Matches(const Line& line) const;
};

struct Page {
  std::vector<Line> lines;
  bool more = false;
  std::int64_t next = 0;  // where the next page goes on
};

// Thread-safe. What it is given must outlive it.
class AuditLog {
 public:
  // INVALID_ARGUMENT if the file cannot be opened.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(db::Database& database, const Clock& clock,
                                                        Metrics& metrics, Options options);
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // Adds a line in the caller's transaction, at the time of now.
  absl::Status Append(db::Session& session, Line& line) const;
  // To be called after that transaction's commit.
  void Committed(const Line& line);
  // Adds lines in a transaction of their own, and returns once they are durable.
  absl::Status AppendNow(std::vector<Line> lines);

  // An attempt that was refused. Does not block.
  void Refused(Line line);

  // The newest first, before the id `below`, or from the newest if that is 0. Looks at 10,000
  // lines at most.
  absl::StatusOr<Page> List(const Filter& filter, std::int64_t below, std::int64_t limit);
  // The oldest first, after the id `above`, which is the whole of what has been looked at.
  absl::StatusOr<Page> ListAfter(const Filter& filter, std::int64_t above, std::int64_t limit);
  absl::StatusOr<std::int64_t> NewestId();

  // Calls `changed` after the next commit of a line, once, and perhaps without one; with an id
  // that Forget takes.
  std::uint64_t WhenChanged(std::function<void()> changed);
  // It is not called any more once this returns.
  void Forget(std::uint64_t id);

 private:
  using Attempt = std::tuple<std::string, std::string, std::string, std::string>;

  AuditLog(db::Database& database, const Clock& clock, Metrics& metrics, Options options);
  void Tidy(const Background& background);
  absl::Status WriteRefused();
  // Counts those that could not be written again.
  void KeepRefused(const std::map<Attempt, Line>& refused);
  absl::Status DeleteOld(const Background& background);
  void Emit(const Line& line);

  db::Database& database_;
  const Clock& clock_;
  const Options options_;
  prometheus::Counter& refused_counter_;

  Mutex file_mutex_;
  std::ofstream file_ ABSL_GUARDED_BY(file_mutex_);

  Mutex mutex_;  // held while a waiter is called
  std::map<std::uint64_t, std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t next_waiter_ ABSL_GUARDED_BY(mutex_) = 1;

  Mutex refused_mutex_;
  std::map<Attempt, Line> refused_ ABSL_GUARDED_BY(refused_mutex_);

  std::unique_ptr<Background> background_;  // last: it uses the rest
};

}  // namespace triad::audit

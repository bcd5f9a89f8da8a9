// The one thread that writes.
//
//   Write ─┐
//   Write ─┼─▶ queue ─▶ BEGIN · SAVEPOINT a · SAVEPOINT b · … · COMMIT ─▶ committed() in
//   Write ─┘                                                              order ─▶ answers
//
// Whatever waits when a commit ends shares the next one, so that one fdatasync
// serves all of them.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "runtime/base/mutex.h"
#include "runtime/database/database.h"
#include "runtime/database/driver.h"

namespace prometheus {
class Histogram;
}

namespace triad::db {

// Thread-safe.
class Writer {
 public:
  // `group_size` counts the writes of each commit; null for no metrics. `between` runs
  // on the thread after each group, once its writes are answered.
  Writer(std::unique_ptr<DriverSession> session, prometheus::Histogram* group_size,
         std::function<void(DriverSession&)> between);
  // As Stop.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // As Database::Write.
  absl::Status Write(Database::Work work, std::function<void()> committed);

  // Runs `task` on the thread, in its turn and outside any transaction.
  absl::Status RunAlone(std::function<absl::Status(DriverSession&)> task);

  // Finishes what is queued and ends the thread. Nothing is called afterwards.
  void Stop();

  // Sends a pulse through the thread, which probes its session.
  // DEADLINE_EXCEEDED if it does not come back in time.
  absl::Status CheckPulse(absl::Duration timeout);

 private:
  // On its caller's stack until it is done.
  struct Request {
    Database::Work work;
    std::function<void()> committed;
    std::function<absl::Status(DriverSession&)> alone;  // in the place of work, if it is set
    absl::Status result;                                // the writer's until done
    bool done = false;                                  // guarded by mutex_
    CondVar changed;
  };
  // Shared: whoever waits for it may give up first.
  struct Pulse {
    absl::Status result;
    bool done = false;  // both guarded by mutex_
  };
  using Group = std::vector<Request*>;

  absl::Status Queue(Request& request);
  void Run();
  // Those that share the next commit, or one that runs alone.
  Group TakeGroup() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RunPulse(Pulse& pulse);
  void RunGroup(const Group& group);
  // OK once all of them are durable but those that failed alone.
  absl::Status RunTransaction(const Group& group);
  void Answer(const Group& group);
  // Fails them all, without a trace in the database.
  void FailGroup(const Group& group, const absl::Status& cause);
  absl::Status RunInSavepoint(Request& request);
  absl::Status Execute(absl::string_view sql);

  const std::unique_ptr<DriverSession> session_;  // the thread's own
  prometheus::Histogram* const group_size_;
  const std::function<void(DriverSession&)> between_;

  Mutex mutex_;
  CondVar work_arrived_;
  CondVar pulse_done_;
  std::deque<Request*> queue_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<Pulse> pulse_ ABSL_GUARDED_BY(mutex_);  // asked for and not done
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace triad::db

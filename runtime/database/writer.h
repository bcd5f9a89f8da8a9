// The one thread that writes.
//
//   Write ─┐
//   Write ─┼─▶ queue ─▶ BEGIN · a · b · … · COMMIT ─▶ committed() in order ─▶ answers
//   Write ─┘
//
// Whatever waits when a commit ends shares the next one, so that one fdatasync
// serves all of them. Most groups have no write that fails, so a group is first tried
// without savepoints, which cost as much as a small write does; if one fails, the group is
// undone and each runs again in a savepoint of its own.
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
  // on the thread after each group, once its writes are answered. WriteLater refuses more
  // than `max_waiting` writes that wait.
  Writer(std::unique_ptr<DriverSession> session, prometheus::Histogram* group_size,
         std::function<void()> between, std::size_t max_waiting);
  // As Stop.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // As Database::Write.
  absl::Status Write(Database::Work work, std::function<void()> committed);

  // As Database::WriteLater.
  absl::Status WriteLater(Database::Work work, std::function<void()> committed,
                          Database::Answer answer);

  // Runs `task` on the thread, in its turn and outside any transaction.
  absl::Status RunAlone(std::function<absl::Status()> task);

  // Keeps what comes waiting, and waits for what runs. True if that has ended: then nothing
  // runs on the thread until Resume. False if it took too long: then all is as before. One at
  // a time, and not on the thread.
  bool Pause(absl::Duration timeout);
  void Resume();

  // Finishes what is queued and ends the thread. Nothing is called afterwards.
  void Stop();

  // Sends a pulse through the thread, which probes its session. OK also while a long transaction
  // goes on with statement after statement; DEADLINE_EXCEEDED if nothing moves in that time.
  absl::Status CheckPulse(absl::Duration timeout);

 private:
  struct Request {
    Database::Work work;
    std::function<void()> committed;
    std::function<absl::Status()> alone;  // in the place of work, if it is set
    Database::Answer answer;
    bool at_once = false;  // whether somebody waits on a thread for the answer
    absl::Status result;
  };
  // Shared: whoever waits for it may give up first.
  struct Pulse {
    absl::Status result;
    bool done = false;  // both guarded by mutex_
  };
  using Group = std::vector<std::unique_ptr<Request>>;

  // Returns the result of `request`, whose answer is set here.
  absl::Status Await(Request request);
  // UNAVAILABLE if more than `max_waiting` would wait.
  absl::Status Queue(std::unique_ptr<Request> request, std::size_t max_waiting);
  void Run();
  // Returns once there is something to do, or nothing any more.
  void AwaitWork() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Those that share the next commit, or one that runs alone.
  Group TakeGroup() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RunPulse(Pulse& pulse);
  void RunGroup(const Group& group);
  // OK once all of them are durable but those that failed alone.
  absl::Status RunTransaction(const Group& group);
  // Runs them in the transaction that has begun. Returns whether one failed.
  absl::StatusOr<bool> RunEach(const Group& group, absl::Status (Writer::*run)(Request&));
  // On a thread of their own, so that the next commit need not wait, unless there is none to
  // wait and only one to answer.
  void Answer(Group group);
  bool Idle();
  // Fails them all, without a trace in the database.
  void FailGroup(const Group& group, const absl::Status& cause);
  absl::Status RunBare(Request& request);
  absl::Status RunInSavepoint(Request& request);
  absl::Status Execute(absl::string_view sql);
  // On the thread of the answers.
  void RunAnswers();

  const std::unique_ptr<DriverSession> session_;  // the thread's own
  prometheus::Histogram* const group_size_;
  const std::function<void()> between_;
  const std::size_t max_waiting_;
  std::atomic<std::uint64_t> statements_ = 0;  // of all transactions
  bool careful_ = false;  // the thread's own: whether the group before had a write that failed

  Mutex mutex_;
  CondVar work_arrived_;
  CondVar work_ended_;  // told while paused
  CondVar pulse_done_;
  std::deque<std::unique_ptr<Request>> queue_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<Pulse> pulse_ ABSL_GUARDED_BY(mutex_);  // asked for and not done
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;

  Mutex answers_mutex_;
  CondVar answers_arrived_;
  Group answers_ ABSL_GUARDED_BY(answers_mutex_);
  bool last_answered_ ABSL_GUARDED_BY(answers_mutex_) = false;

  // Last: they use all of the above.
  std::thread answers_thread_;
  std::thread thread_;
};

}  // namespace triad::db

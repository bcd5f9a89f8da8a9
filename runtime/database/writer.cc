#include "runtime/database/writer.h"

#include <prometheus/histogram.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/status.h"

namespace triad::db {
namespace {

// Bounds how long the first of a group waits for the last.
constexpr std::size_t kMaxGroup = 256;

// A status for another thread, sharing nothing with this one: the counts inside
// Debian's Abseil are invisible to thread sanitizer.
absl::Status Separate(const absl::Status& status) {
  return absl::Status(status.code(), status.message());
}

// What a write does its work in: so that it can be seen to go on.
class CountingSession final : public Session {
 public:
  CountingSession(Session& session, std::atomic<std::uint64_t>& statements)
      : session_(session), statements_(statements) {}

  absl::Status Visit(absl::string_view sql, absl::Span<const Value> parameters,
                     Visitor visit) override {
    statements_.fetch_add(1, std::memory_order_relaxed);
    return session_.Visit(sql, parameters, visit);
  }
  absl::StatusOr<std::int64_t> Execute(absl::string_view sql,
                                       absl::Span<const Value> parameters) override {
    statements_.fetch_add(1, std::memory_order_relaxed);
    return session_.Execute(sql, parameters);
  }

 private:
  Session& session_;
  std::atomic<std::uint64_t>& statements_;
};

}  // namespace

Writer::Writer(std::unique_ptr<DriverSession> session, prometheus::Histogram* group_size,
               std::function<void()> between, std::size_t max_waiting)
    : session_(std::move(session)),
      group_size_(group_size),
      between_(std::move(between)),
      max_waiting_(max_waiting),
      answers_thread_([this] { RunAnswers(); }),
      thread_([this] { Run(); }) {
  pthread_setname_np(answers_thread_.native_handle(), "db-answers");
  pthread_setname_np(thread_.native_handle(), "db-writer");
}

Writer::~Writer() { Stop(); }

void Writer::Stop() {
  if (!thread_.joinable()) return;
  {
    MutexLock lock(mutex_);
    closing_ = true;
  }
  work_arrived_.NotifyOne();
  thread_.join();
  {
    MutexLock lock(answers_mutex_);
    last_answered_ = true;
  }
  answers_arrived_.NotifyOne();
  answers_thread_.join();
}

absl::Status Writer::Write(Database::Work work, std::function<void()> committed) {
  Request request;
  request.work = std::move(work);
  request.committed = std::move(committed);
  return Await(std::move(request));
}

absl::Status Writer::RunAlone(std::function<absl::Status()> task) {
  Request request;
  request.alone = std::move(task);
  return Await(std::move(request));
}

absl::Status Writer::Await(Request request) {
  std::optional<absl::Status> result;
  CondVar changed;
  request.at_once = true;
  // Under the lock: once it is free, what is waited with may be gone.
  request.answer = [&](absl::Status answer) {
    MutexLock lock(mutex_);
    result = std::move(answer);
    changed.NotifyOne();
  };
  constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
  TRIAD_RETURN_IF_ERROR(Queue(std::make_unique<Request>(std::move(request)), kNoLimit));
  MutexLock lock(mutex_);
  while (!result.has_value()) changed.Wait(mutex_);
  return *std::move(result);
}

absl::Status Writer::WriteLater(Database::Work work, std::function<void()> committed,
                                Database::Answer answer) {
  auto request = std::make_unique<Request>();
  request->work = std::move(work);
  request->committed = std::move(committed);
  request->answer = std::move(answer);
  return Queue(std::move(request), max_waiting_);
}

absl::Status Writer::Queue(std::unique_ptr<Request> request, std::size_t max_waiting) {
  bool first = false;
  {
    MutexLock lock(mutex_);
    if (queue_.size() >= max_waiting) {
      return WithRetryDelay(
          absl::UnavailableError(absl::StrCat("the database's queue is full (", max_waiting,
                                              " writes): try again later")),
          absl::Seconds(1));
    }
    first = queue_.empty();
    queue_.push_back(std::move(request));
  }
  // Not under the lock, for which the thread would wait at once.
  if (first) work_arrived_.NotifyOne();
  return absl::OkStatus();
}

absl::Status Writer::CheckPulse(absl::Duration timeout) {
  Countdown countdown(timeout);
  std::uint64_t begun_at = statements_.load(std::memory_order_relaxed);
  MutexLock lock(mutex_);
  if (pulse_ == nullptr) pulse_ = std::make_shared<Pulse>();
  std::shared_ptr<Pulse> pulse = pulse_;
  work_arrived_.NotifyOne();
  // Who checks more than the writer has the other half of the time for that.
  absl::Duration half = timeout / 2;
  while (!pulse->done) {
    absl::Duration left = countdown.left();
    bool moves = statements_.load(std::memory_order_relaxed) != begun_at;
    if (moves && left <= half) return absl::OkStatus();
    if (countdown.over()) {
      return absl::DeadlineExceededError(
          absl::StrCat("database writer did not answer within ", absl::FormatDuration(timeout)));
    }
    pulse_done_.WaitFor(mutex_, left > half ? left - half : left);
  }
  return Separate(pulse->result);
}

bool Writer::Pause(absl::Duration timeout) {
  Countdown countdown(timeout);
  MutexLock lock(mutex_);
  paused_ = true;
  while (busy_ && !countdown.over()) work_ended_.WaitFor(mutex_, countdown.left());
  // If not, the thread has not come to see that it was to pause.
  paused_ = !busy_;
  return paused_;
}

void Writer::Resume() {
  {
    MutexLock lock(mutex_);
    paused_ = false;
  }
  work_arrived_.NotifyOne();
}

void Writer::Run() {
  while (true) {
    Group group;
    std::shared_ptr<Pulse> pulse;
    {
      MutexLock lock(mutex_);
      AwaitWork();
      if (queue_.empty() && pulse_ == nullptr) return;
      group = TakeGroup();
      pulse = pulse_;
    }
    if (!group.empty()) {
      RunGroup(group);
      Answer(std::move(group));
      between_();
    }
    if (pulse != nullptr) RunPulse(*pulse);
  }
}

void Writer::AwaitWork() {
  busy_ = false;
  if (paused_) work_ended_.NotifyOne();
  while (paused_ || (queue_.empty() && pulse_ == nullptr && !closing_)) work_arrived_.Wait(mutex_);
  busy_ = !queue_.empty() || pulse_ != nullptr;
}

Writer::Group Writer::TakeGroup() {
  auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMaxGroup));
  auto alone = std::find_if(queue_.begin(), end,
                            [](const auto& request) { return request->alone != nullptr; });
  if (alone != end) end = alone == queue_.begin() ? alone + 1 : alone;
  Group group(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return group;
}

void Writer::RunPulse(Pulse& pulse) {
  absl::Status result = session_->Probe();
  MutexLock lock(mutex_);
  pulse.result = std::move(result);
  pulse.done = true;
  pulse_ = nullptr;
  pulse_done_.NotifyAll();
}

void Writer::RunGroup(const Group& group) {
  if (Request& first = *group.front(); first.alone) {
    first.result = first.alone();
    return;
  }
  if (group_size_ != nullptr) group_size_->Observe(static_cast<double>(group.size()));
  absl::Status status = RunTransaction(group);
  if (!status.ok()) FailGroup(group, status);
  for (const auto& request : group) {
    if (request->result.ok() && request->committed) request->committed();
    // What they hold is gone before the answer.
    request->work = nullptr;
    request->committed = nullptr;
  }
}

absl::Status Writer::RunTransaction(const Group& group) {
  TRIAD_RETURN_IF_ERROR(session_->Begin());
  if (!careful_ || group.size() == 1) {
    TRIAD_ASSIGN_OR_RETURN(bool failed, RunEach(group, &Writer::RunBare));
    if (!failed) return Execute("COMMIT");
    TRIAD_RETURN_IF_ERROR(RollBack(*session_, absl::OkStatus()));
    if (group.size() == 1) return absl::OkStatus();
    TRIAD_RETURN_IF_ERROR(session_->Begin());
  }
  TRIAD_ASSIGN_OR_RETURN(careful_, RunEach(group, &Writer::RunInSavepoint));
  return Execute("COMMIT");
}

absl::StatusOr<bool> Writer::RunEach(const Group& group, absl::Status (Writer::*run)(Request&)) {
  for (const auto& request : group) {
    request->result = (this->*run)(*request);
    if (!session_->InTransaction()) {
      // A full disk, and some other errors, end the transaction and with it every
      // write of this group, also those that went well.
      return request->result.ok() ? absl::InternalError("the transaction was lost")
                                  : request->result;
    }
    if (!request->result.ok() && run == &Writer::RunBare) return true;
  }
  return std::any_of(group.begin(), group.end(),
                     [](const auto& request) { return !request->result.ok(); });
}

void Writer::Answer(Group group) {
  auto later = std::stable_partition(group.begin(), group.end(),
                                     [](const auto& request) { return request->at_once; });
  for (auto at = group.begin(); at != later; ++at) (*at)->answer(std::move((*at)->result));
  if (later == group.end()) return;
  if (group.size() == 1 && Idle()) return group.front()->answer(std::move(group.front()->result));
  {
    MutexLock lock(answers_mutex_);
    std::move(later, group.end(), std::back_inserter(answers_));
  }
  answers_arrived_.NotifyOne();
}

bool Writer::Idle() {
  MutexLock lock(mutex_);
  return queue_.empty();
}

void Writer::RunAnswers() {
  while (true) {
    Group group;
    {
      MutexLock lock(answers_mutex_);
      while (answers_.empty() && !last_answered_) answers_arrived_.Wait(answers_mutex_);
      if (answers_.empty()) return;
      group.swap(answers_);
    }
    for (const auto& request : group) request->answer(std::move(request->result));
  }
}

void Writer::FailGroup(const Group& group, const absl::Status& cause) {
  absl::Status status = RollBack(*session_, cause);
  for (const auto& request : group) {
    // One that failed by itself keeps its own reason.
    if (request->result.ok()) request->result = Separate(status);
  }
}

absl::Status Writer::RunBare(Request& request) {
  CountingSession session(*session_, statements_);
  return RunWork(request.work, session);
}

absl::Status Writer::RunInSavepoint(Request& request) {
  TRIAD_RETURN_IF_ERROR(Execute("SAVEPOINT work"));
  absl::Status status = RunBare(request);
  if (!session_->InTransaction()) return status;
  absl::Status ended = status.ok() ? absl::OkStatus() : Execute("ROLLBACK TO work");
  if (ended.ok()) ended = Execute("RELEASE work");
  if (ended.ok()) return status;
  // Neither kept nor undone: nothing of this transaction may be committed.
  return RollBack(*session_, ended);
}

absl::Status Writer::Execute(absl::string_view sql) { return session_->Execute(sql).status(); }

}  // namespace triad::db

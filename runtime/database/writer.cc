#include "runtime/database/writer.h"

#include <prometheus/histogram.h>
#include <pthread.h>

#include <algorithm>
#include <utility>

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

}  // namespace

Writer::Writer(std::unique_ptr<DriverSession> session, prometheus::Histogram* group_size,
               std::function<void(DriverSession&)> between)
    : session_(std::move(session)),
      group_size_(group_size),
      between_(std::move(between)),
      thread_([this] { Run(); }) {
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
}

absl::Status Writer::Write(Database::Work work, std::function<void()> committed) {
  Request request;
  request.work = std::move(work);
  request.committed = std::move(committed);
  return Queue(request);
}

absl::Status Writer::RunAlone(std::function<absl::Status(DriverSession&)> task) {
  Request request;
  request.alone = std::move(task);
  return Queue(request);
}

absl::Status Writer::Queue(Request& request) {
  MutexLock lock(mutex_);
  queue_.push_back(&request);
  work_arrived_.NotifyOne();
  while (!request.done) request.changed.Wait(mutex_);
  return std::move(request.result);
}

absl::Status Writer::CheckPulse(absl::Duration timeout) {
  Countdown countdown(timeout);
  MutexLock lock(mutex_);
  if (pulse_ == nullptr) pulse_ = std::make_shared<Pulse>();
  std::shared_ptr<Pulse> pulse = pulse_;
  work_arrived_.NotifyOne();
  while (!pulse->done) {
    if (countdown.over()) {
      return absl::DeadlineExceededError(
          absl::StrCat("database writer did not answer within ", absl::FormatDuration(timeout)));
    }
    pulse_done_.WaitFor(mutex_, countdown.left());
  }
  return Separate(pulse->result);
}

void Writer::Run() {
  while (true) {
    Group group;
    std::shared_ptr<Pulse> pulse;
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && pulse_ == nullptr && !closing_) work_arrived_.Wait(mutex_);
      if (queue_.empty() && pulse_ == nullptr) return;
      group = TakeGroup();
      pulse = pulse_;
    }
    if (!group.empty()) {
      RunGroup(group);
      between_(*session_);
    }
    if (pulse != nullptr) RunPulse(*pulse);
  }
}

Writer::Group Writer::TakeGroup() {
  auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMaxGroup));
  auto alone = std::find_if(queue_.begin(), end,
                            [](const Request* request) { return request->alone != nullptr; });
  if (alone != end) end = alone == queue_.begin() ? alone + 1 : alone;
  Group group(queue_.begin(), end);
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
    first.result = first.alone(*session_);
    Answer(group);
    return;
  }
  absl::Status status = RunTransaction(group);
  if (!status.ok()) FailGroup(group, status);
  for (Request* request : group) {
    if (request->result.ok() && request->committed) request->committed();
  }
  Answer(group);
}

absl::Status Writer::RunTransaction(const Group& group) {
  TRIAD_RETURN_IF_ERROR(session_->Begin());
  for (Request* request : group) {
    request->result = RunInSavepoint(*request);
    if (session_->InTransaction()) continue;
    // A full disk, and some other errors, end the transaction and with it every
    // write of this group, also those that went well.
    return request->result.ok() ? absl::InternalError("the transaction was lost") : request->result;
  }
  return Execute("COMMIT");
}

void Writer::Answer(const Group& group) {
  if (group_size_ != nullptr) group_size_->Observe(static_cast<double>(group.size()));
  MutexLock lock(mutex_);
  for (Request* request : group) {
    request->done = true;
    // Under the lock: once it is free, the request may be gone.
    request->changed.NotifyOne();
  }
}

void Writer::FailGroup(const Group& group, const absl::Status& cause) {
  absl::Status status = RollBack(*session_, cause);
  for (Request* request : group) {
    // One that failed by itself keeps its own reason.
    if (request->result.ok()) request->result = Separate(status);
  }
}

absl::Status Writer::RunInSavepoint(Request& request) {
  TRIAD_RETURN_IF_ERROR(Execute("SAVEPOINT work"));
  absl::Status status = RunWork(request.work, *session_);
  if (!session_->InTransaction()) return status;
  absl::Status ended = status.ok() ? absl::OkStatus() : Execute("ROLLBACK TO work");
  if (ended.ok()) ended = Execute("RELEASE work");
  if (ended.ok()) return status;
  // Neither kept nor undone: nothing of this transaction may be committed.
  return RollBack(*session_, ended);
}

absl::Status Writer::Execute(absl::string_view sql) { return session_->Execute(sql).status(); }

}  // namespace triad::db

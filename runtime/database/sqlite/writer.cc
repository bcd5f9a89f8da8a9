#include "runtime/database/sqlite/writer.h"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::db::sqlite {
namespace {

// Bounds how long the first of a group waits for the last.
constexpr std::size_t kMaxGroup = 256;

// A status for another thread, sharing nothing with this one: the counts inside
// Debian's Abseil are invisible to thread sanitizer.
absl::Status Separate(const absl::Status& status) {
  return absl::Status(status.code(), status.message());
}

}  // namespace

absl::Status RunWork(absl::FunctionRef<absl::Status(Session&)> work, Session& session) {
  try {
    return work(session);
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("database work threw: ", error.what()));
  }
}

Writer::Writer(std::unique_ptr<Connection> connection, FileWatch watch, GroupObserver observer)
    : connection_(std::move(connection)),
      watch_(std::move(watch)),
      observer_(std::move(observer)),
      thread_([this] { Run(); }) {
  pthread_setname_np(thread_.native_handle(), "db-writer");
}

Writer::~Writer() {
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
  MutexLock lock(mutex_);
  queue_.push_back(&request);
  work_arrived_.NotifyOne();
  while (!request.done) request.changed.Wait(mutex_);
  return std::move(request.result);
}

absl::Status Writer::CheckPulse(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  MutexLock lock(mutex_);
  if (pulse_ == nullptr) pulse_ = std::make_shared<Pulse>();
  std::shared_ptr<Pulse> pulse = pulse_;
  work_arrived_.NotifyOne();
  while (!pulse->done) {
    absl::Duration left = deadline - absl::Now();
    if (left > absl::ZeroDuration()) {
      pulse_done_.WaitFor(mutex_, left);
      continue;
    }
    return absl::DeadlineExceededError(
        absl::StrCat("database writer did not answer within ", absl::FormatDuration(timeout)));
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
      std::size_t size = std::min(queue_.size(), kMaxGroup);
      group.assign(queue_.begin(), queue_.begin() + size);
      queue_.erase(queue_.begin(), queue_.begin() + size);
      pulse = pulse_;
    }
    if (!group.empty()) RunGroup(group);
    if (pulse != nullptr) RunPulse(*pulse);
  }
}

void Writer::RunPulse(Pulse& pulse) {
  absl::Status result = CheckFile();
  MutexLock lock(mutex_);
  pulse.result = std::move(result);
  pulse.done = true;
  pulse_ = nullptr;
  pulse_done_.NotifyAll();
}

absl::Status Writer::CheckFile() {
  TRIAD_RETURN_IF_ERROR(watch_.CheckUsable());
  connection_->DropCache();
  TRIAD_RETURN_IF_ERROR(connection_->Run("BEGIN IMMEDIATE"));
  absl::Status probed = connection_->Probe();
  absl::Status ended =
      connection_->InTransaction() ? connection_->Run("ROLLBACK") : absl::OkStatus();
  return probed.ok() ? ended : probed;
}

void Writer::RunGroup(const Group& group) {
  absl::Status status = RunTransaction(group);
  if (!status.ok()) FailGroup(group, status);
  for (Request* request : group) {
    if (request->result.ok() && request->committed) request->committed();
  }
  Answer(group);
}

absl::Status Writer::RunTransaction(const Group& group) {
  TRIAD_RETURN_IF_ERROR(watch_.CheckSame());
  TRIAD_RETURN_IF_ERROR(connection_->Run("BEGIN IMMEDIATE"));
  for (Request* request : group) {
    request->result = RunInSavepoint(*request);
    if (connection_->InTransaction()) continue;
    // A full disk, and some other errors, end the transaction and with it every
    // write of this group, also those that went well.
    return request->result.ok() ? absl::InternalError("the transaction was lost") : request->result;
  }
  return connection_->Run("COMMIT");
}

void Writer::Answer(const Group& group) {
  observer_(group.size());
  MutexLock lock(mutex_);
  for (Request* request : group) {
    request->done = true;
    // Under the lock: once it is free, the request may be gone.
    request->changed.NotifyOne();
  }
}

void Writer::FailGroup(const Group& group, const absl::Status& cause) {
  absl::Status status = cause;
  if (connection_->InTransaction()) {
    absl::Status undone = connection_->Run("ROLLBACK");
    if (!undone.ok()) status = Annotate(status, absl::StrCat(undone.message(), "; before that: "));
  }
  for (Request* request : group) {
    // One that failed by itself keeps its own reason.
    if (request->result.ok()) request->result = Separate(status);
  }
}

absl::Status Writer::RunInSavepoint(Request& request) {
  TRIAD_RETURN_IF_ERROR(connection_->Run("SAVEPOINT work"));
  absl::Status status = RunWork(request.work, *connection_);
  if (!connection_->InTransaction()) return status;
  absl::Status ended = status.ok() ? absl::OkStatus() : connection_->Run("ROLLBACK TO work");
  if (ended.ok()) ended = connection_->Run("RELEASE work");
  if (ended.ok()) return status;
  // Neither kept nor undone: nothing of this transaction may be committed.
  absl::Status undone =
      connection_->InTransaction() ? connection_->Run("ROLLBACK") : absl::OkStatus();
  return undone.ok() ? ended : Annotate(ended, absl::StrCat(undone.message(), "; before that: "));
}

}  // namespace triad::db::sqlite

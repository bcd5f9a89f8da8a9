#include "runtime/audit/handler/line_source.h"

#include <atomic>
#include <optional>
#include <utility>

#include "runtime/audit/handler/audit_mapping.h"
#include "runtime/base/mutex.h"
#include "runtime/io/executor.h"

namespace triad::audit {
namespace {

constexpr std::int64_t kLinesOfMessage = 100;

// What a stream shares with its reads, which may end after it.
struct Following : std::enable_shared_from_this<Following> {
  using Answered = absl::StatusOr<std::optional<v1::WatchAuditLinesResponse>>;

  Following(AuditLog& log, Executor& executor, Filter filter, LinePosition after)
      : log(log),
        executor(executor),
        filter(std::move(filter)),
        position(after.id),
        told(after.known) {}

  // Answers the Next that waits, if it does, with lines after the position; else when there
  // are some.
  void Read() {
    {
      MutexLock lock(mutex);
      again = reading;
      if (reading || !done) return;
      reading = true;
    }
    WaitForChange();
    std::optional<Answered> answer = ReadPage();
    bool go_on = false;
    {
      MutexLock lock(mutex);
      reading = false;
      go_on = again;
    }
    if (answer.has_value()) return Answer(*std::move(answer));
    if (go_on) Continue();
  }

  // Before a read, so that nothing is missed between the two.
  void WaitForChange() {
    std::uint64_t waiter = log.WhenChanged([self = weak_from_this()] {
      if (auto following = self.lock()) following->Continue();
    });
    {
      MutexLock lock(mutex);
      std::swap(waiter, this->waiter);
    }
    log.Forget(waiter);
  }

  // nullopt if there is nothing to tell.
  std::optional<Answered> ReadPage() {
    for (;;) {
      absl::StatusOr<Page> page = log.ListAfter(filter, position, kLinesOfMessage);
      if (!page.ok()) return page.status();
      position = page->next;
      if (page->more && page->lines.empty()) continue;
      if (page->lines.empty() && told) return std::nullopt;
      told = true;
      v1::WatchAuditLinesResponse response;
      response.set_id(position);
      for (Line& line : page->lines) *response.add_lines() = ToProto(std::move(line));
      return Answered(std::move(response));
    }
  }

  void Continue() {
    executor.Continue([self = shared_from_this()] { self->Read(); }, Lane::kRead);
  }

  void Answer(Answered answer) {
    LineSource::Done answered;
    {
      MutexLock lock(mutex);
      std::swap(answered, done);
    }
    if (answered) answered(std::move(answer));
  }

  AuditLog& log;
  Executor& executor;
  const Filter filter;
  // Of the read that runs.
  std::int64_t position;
  bool told;

  Mutex mutex;
  bool reading ABSL_GUARDED_BY(mutex) = false;
  bool again ABSL_GUARDED_BY(mutex) = false;  // something has changed meanwhile
  LineSource::Done done ABSL_GUARDED_BY(mutex);
  std::uint64_t waiter ABSL_GUARDED_BY(mutex) = 0;
};

class FollowingSource final : public LineSource {
 public:
  explicit FollowingSource(std::shared_ptr<Following> following)
      : following_(std::move(following)) {}
  ~FollowingSource() override {
    std::uint64_t waiter = 0;
    {
      MutexLock lock(following_->mutex);
      waiter = following_->waiter;
    }
    following_->log.Forget(waiter);
  }

  void Next(Done done) override {
    {
      MutexLock lock(following_->mutex);
      following_->done = std::move(done);
    }
    if (cancelled_.load()) return Cancel();
    following_->Continue();
  }
  void Cancel() override {
    cancelled_.store(true);
    following_->Answer(absl::UnavailableError("the watch has ended"));
  }

 private:
  // Shared with reads that may end after the stream.
  const std::shared_ptr<Following> following_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace

std::unique_ptr<LineSource> FollowLines(AuditLog& log, Executor& executor, Filter filter,
                                        LinePosition after) {
  return std::make_unique<FollowingSource>(
      std::make_shared<Following>(log, executor, std::move(filter), after));
}

}  // namespace triad::audit

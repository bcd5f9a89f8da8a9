#include "services/config/audit/audit_handler.h"

#include <atomic>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "runtime/base/status.h"
#include "runtime/io/executor.h"
#include "runtime/rpc/paging.h"
#include "runtime/rpc/timestamps.h"
#include "services/config/entries/entry_mapping.h"

namespace triad::config {
namespace {

constexpr std::int64_t kLinesOfMessage = 100;

absl::StatusOr<audit::Filter> FilterFromProto(const v1::AuditFilter& proto) {
  audit::Filter filter;
  filter.resource = proto.resource_prefix();
  filter.method = proto.method();
  filter.principal = proto.principal();
  filter.outcome = proto.outcome();
  if (proto.has_start_time()) {
    TRIAD_ASSIGN_OR_RETURN(filter.from,
                           rpc::TimeFromProto("filter.start_time", proto.start_time()));
  }
  if (proto.has_end_time()) {
    TRIAD_ASSIGN_OR_RETURN(filter.to, rpc::TimeFromProto("filter.end_time", proto.end_time()));
  }
  return filter;
}

v1::AuditLine ToProto(audit::Line line) {
  v1::AuditLine proto;
  proto.set_id(line.id);
  *proto.mutable_time() = rpc::TimeToProto(line.time);
  proto.set_principal(std::move(line.principal));
  proto.set_peer(std::move(line.peer));
  proto.set_address(std::move(line.address));
  proto.set_method(std::move(line.method));
  proto.set_resource(std::move(line.resource));
  proto.set_count(line.count);
  proto.set_outcome(std::move(line.outcome));
  proto.set_revision(line.revision);
  proto.set_request_id(std::move(line.request_id));
  proto.set_trace_id(std::move(line.trace_id));
  return proto;
}

// What a stream shares with its reads, which may end after it.
struct Following : std::enable_shared_from_this<Following> {
  using Answered = absl::StatusOr<std::optional<v1::WatchAuditLinesResponse>>;

  Following(audit::AuditLog& log, Executor& executor) : log(log), executor(executor) {}

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
      absl::StatusOr<audit::Page> page = log.ListAfter(filter, position, kLinesOfMessage);
      if (!page.ok()) return page.status();
      position = page->next;
      if (page->more && page->lines.empty()) continue;
      if (page->lines.empty() && told) return std::nullopt;
      told = true;
      v1::WatchAuditLinesResponse response;
      response.set_id(position);
      for (audit::Line& line : page->lines) *response.add_lines() = ToProto(std::move(line));
      return Answered(std::move(response));
    }
  }

  void Continue() {
    executor.Continue([self = shared_from_this()] { self->Read(); }, Lane::kRead);
  }

  void Answer(Answered answer) {
    AuditHandler::Stream::Done answered;
    {
      MutexLock lock(mutex);
      std::swap(answered, done);
    }
    if (answered) answered(std::move(answer));
  }

  audit::AuditLog& log;
  Executor& executor;
  audit::Filter filter;
  // Of the read that runs.
  std::int64_t position = 0;
  bool told = false;

  Mutex mutex;
  bool reading ABSL_GUARDED_BY(mutex) = false;
  bool again ABSL_GUARDED_BY(mutex) = false;  // something has changed meanwhile
  AuditHandler::Stream::Done done ABSL_GUARDED_BY(mutex);
  std::uint64_t waiter ABSL_GUARDED_BY(mutex) = 0;
};

class AuditSource final : public AuditHandler::Stream {
 public:
  explicit AuditSource(std::shared_ptr<Following> following) : following_(std::move(following)) {}
  ~AuditSource() override {
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

absl::StatusOr<v1::ListAuditLinesResponse> AuditHandler::List(
    rpc::Call& call, const v1::ListAuditLinesRequest& request) {
  TRIAD_RETURN_IF_ERROR(call.CheckToken());
  TRIAD_ASSIGN_OR_RETURN(audit::Filter filter, FilterFromProto(request.filter()));
  TRIAD_ASSIGN_OR_RETURN(std::int32_t limit, rpc::PageSize(request.page_size()));
  std::string choice = request.filter().SerializeAsString();
  TRIAD_ASSIGN_OR_RETURN(std::string place, rpc::ParsePageToken({choice}, request.page_token()));
  std::int64_t below = 0;
  if (!place.empty() && !absl::SimpleAtoi(place, &below)) {
    return InvalidField("page_token", "is none of this list");
  }
  TRIAD_ASSIGN_OR_RETURN(audit::Page page, log_.List(filter, below, limit));
  v1::ListAuditLinesResponse response;
  if (page.more) {
    response.set_next_page_token(rpc::MakePageToken({choice}, absl::StrCat(page.next)));
  }
  for (audit::Line& line : page.lines) *response.add_lines() = ToProto(std::move(line));
  return response;
}

absl::StatusOr<std::unique_ptr<AuditHandler::Stream>> AuditHandler::Watch(
    rpc::Call& call, const v1::WatchAuditLinesRequest& request) {
  TRIAD_RETURN_IF_ERROR(call.CheckToken());
  auto following = std::make_shared<Following>(log_, executor_);
  TRIAD_ASSIGN_OR_RETURN(following->filter, FilterFromProto(request.filter()));
  if (request.after_id() < 0) return InvalidField("after_id", "must not be negative");
  following->position = request.after_id();
  following->told = request.after_id() > 0;
  if (!following->told) {
    TRIAD_ASSIGN_OR_RETURN(following->position, log_.NewestId());
  }
  return std::make_unique<AuditSource>(std::move(following));
}

}  // namespace triad::config

#include "services/config/watch/watch_handler.h"

#include <atomic>
#include <functional>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/io/executor.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/model/entry_name.h"
#include "services/config/watch/change_mapping.h"
#include "services/config/watch/snapshot.h"

namespace triad::config {
namespace {

using Message = rpc::Encoded<v1::WatchEntriesResponse>;

constexpr int kMaxPrefixes = 32;

Message ToMessage(WatchMessage message) {
  return {{std::move(message.change), std::move(message.pieces)}};
}

void AnswerNext(triad::Watch& watch, WatchHandler::Stream::Done done) {
  watch.Next([done = std::move(done)](absl::StatusOr<WatchMessage> message) {
    if (!message.ok()) return done(message.status());
    done(ToMessage(*std::move(message)));
  });
}

class WatchSource final : public WatchHandler::Stream {
 public:
  explicit WatchSource(std::unique_ptr<triad::Watch> watch) : watch_(std::move(watch)) {}

  void Next(Done done) override { AnswerNext(*watch_, std::move(done)); }
  void Cancel() override { watch_->Cancel(); }
  void Opened(std::function<void()>&& break_off) override {
    watch_->OnTooSlow(std::move(break_off));
  }

 private:
  std::unique_ptr<triad::Watch> watch_;
};

// Gives a snapshot, then the changes after it.
class SnapshotSource final : public WatchHandler::Stream {
 public:
  SnapshotSource(Snapshot snapshot, EncodeChange encode, std::unique_ptr<triad::Watch> watch,
                 Executor& executor)
      : snapshot_(std::move(snapshot)),
        encode_(std::move(encode)),
        watch_(std::move(watch)),
        executor_(executor) {}

  void Next(Done done) override {
    // A watch that was cancelled says how it ends.
    if (snapshot_.ended() || cancelled_.load()) return AnswerNext(*watch_, std::move(done));
    executor_.Continue([this, done = std::move(done)] { done(ReadPart()); }, Lane::kRead);
  }
  void Cancel() override {
    cancelled_.store(true);
    watch_->Cancel();
  }
  void Opened(std::function<void()>&& break_off) override {
    watch_->OnTooSlow(std::move(break_off));
  }

 private:
  absl::StatusOr<std::optional<Message>> ReadPart() {
    absl::StatusOr<WatchMessage> message;
    absl::Status status = rpc::Guarded("reading a snapshot", [&]() -> absl::Status {
      TRIAD_ASSIGN_OR_RETURN(Change part, snapshot_.Next());
      return (message = watch_->Tell(encode_(part))).status();
    });
    if (!status.ok()) return status;
    return ToMessage(*std::move(message));
  }

  Snapshot snapshot_;
  const EncodeChange encode_;
  std::unique_ptr<triad::Watch> watch_;
  Executor& executor_;
  std::atomic<bool> cancelled_{false};
};

absl::StatusOr<WatchFilter> WatchFilterFromProto(const v1::WatchEntriesRequest& request) {
  WatchFilter filter;
  if (request.parent() != kAnyNamespace) {
    TRIAD_ASSIGN_OR_RETURN(filter.space, ParseParent("parent", request.parent()));
  }
  TRIAD_RETURN_IF_ERROR(CheckPrefix("prefix", request.prefix()));
  if (request.prefixes_size() > kMaxPrefixes ||
      (request.prefixes_size() > 0 && !request.prefix().empty())) {
    return InvalidField("prefixes",
                        absl::StrCat("must be at most ", kMaxPrefixes, ", and none beside prefix"));
  }
  for (const std::string& prefix : request.prefixes()) {
    TRIAD_RETURN_IF_ERROR(CheckPrefix("prefixes", prefix));
    filter.prefixes.push_back(prefix);
  }
  if (filter.prefixes.empty()) filter.prefixes.push_back(request.prefix());
  TRIAD_ASSIGN_OR_RETURN(filter.labels,
                         LabelSelector::Parse("label_selector", request.label_selector()));
  filter.with_previous = request.previous_entries();
  filter.coalesce = request.coalesce();
  if (filter.coalesce && filter.with_previous) {
    return InvalidField("coalesce", "must not be set beside previous_entries");
  }
  return filter;
}

absl::StatusOr<std::optional<Revision>> AfterFromProto(const v1::WatchEntriesRequest& request,
                                                       Epoch epoch) {
  if (request.after().empty()) {
    if (request.after_revision() == 0) return std::nullopt;
    return Revision{request.after_revision()};
  }
  TRIAD_ASSIGN_OR_RETURN(Revision after, ParseResume("after", request.after(), epoch));
  return after;
}

}  // namespace

absl::StatusOr<std::unique_ptr<WatchHandler::Stream>> WatchHandler::Watch(
    rpc::Call&, const v1::WatchEntriesRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(WatchFilter filter, WatchFilterFromProto(request));
  absl::StatusOr<std::optional<Revision>> after = AfterFromProto(request, epoch_);
  absl::Status too_old = after.status();
  if (!after.ok() && !absl::IsOutOfRange(too_old)) return too_old;
  if (after.ok() && (after->has_value() || !request.initial_entries())) {
    auto watch = hub_.Start(filter, *after);
    if (watch.ok()) return std::make_unique<WatchSource>(*std::move(watch));
    too_old = watch.status();
    if (!absl::IsOutOfRange(too_old)) return too_old;
  }
  // Of a browser this is the only way back: it gives up on an error.
  if (request.initial_entries()) return WatchAfterSnapshot(std::move(filter));
  return too_old;
}

absl::StatusOr<std::unique_ptr<WatchHandler::Stream>> WatchHandler::WatchAfterSnapshot(
    WatchFilter filter) {
  TRIAD_ASSIGN_OR_RETURN(Snapshot snapshot, Snapshot::Begin(store_, namespaces_, filter));
  TRIAD_ASSIGN_OR_RETURN(auto watch, hub_.Start(std::move(filter), snapshot.revision()));
  return std::make_unique<SnapshotSource>(std::move(snapshot), EncoderOf(epoch_), std::move(watch),
                                          executor_);
}

}  // namespace triad::config

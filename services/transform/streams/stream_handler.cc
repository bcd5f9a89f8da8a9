#include "services/transform/streams/stream_handler.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/rpc/admission/guard.h"
#include "services/transform/engine/recipe/stream_run.h"
#include "services/transform/streams/exchange.h"

namespace triad::transform {
namespace {

constexpr char kMediaType[] = "application/octet-stream";
constexpr std::size_t kMessageBytes = std::size_t{64} * 1024;

absl::Status Work(Exchange& exchange, StreamRun& run) {
  while (std::optional<std::string> input = exchange.TakeInput()) {
    TRIAD_RETURN_IF_ERROR(run.Take(*input));
  }
  return run.Finish();
}

absl::Status GiveInMessages(Exchange& exchange, absl::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kMessageBytes))) {
    TRIAD_RETURN_IF_ERROR(exchange.Give(bytes.substr(0, kMessageBytes)));
  }
  return absl::OkStatus();
}

class TransformStream final : public StreamHandler::Stream {
 public:
  TransformStream(const Limits& limits, RunningBytes& running, std::atomic<std::int64_t>& open,
                  Executor& threads, RecipeSource source)
      : limits_(limits),
        running_(running),
        open_(open),
        threads_(threads),
        source_(std::move(source)) {}
  ~TransformStream() override {
    exchange_->Cancel();
    GiveBackPlace();
  }

  absl::Status Write(const v1::TransformStreamRequest& request) override {
    if (!begun_) TRIAD_RETURN_IF_ERROR(BeginOrGiveBack(request));
    exchange_->Put(request.content().data());
    return absl::OkStatus();
  }
  void WhenWanted(std::function<void()> wanted) override {
    exchange_->WhenWanted(std::move(wanted));
  }
  absl::Status WritesDone() override {
    if (!begun_) TRIAD_RETURN_IF_ERROR(BeginOrGiveBack({}));
    exchange_->EndInput();
    return absl::OkStatus();
  }
  void Next(Done done) override {
    exchange_->Next([done = std::move(done)](Exchange::Answer answer) {
      if (!answer.ok()) return done(std::move(answer).status());
      if (!answer->has_value()) return done(std::nullopt);
      google::api::HttpBody message;
      message.set_content_type(kMediaType);
      message.set_data(**std::move(answer));
      done(std::move(message));
    });
  }
  void Cancel() override { exchange_->Cancel(); }

 private:
  void GiveBackPlace() {
    if (std::exchange(holds_place_, false)) --open_;
  }

  // The place of a stream that is refused is free before its caller hears of it.
  absl::Status BeginOrGiveBack(const v1::TransformStreamRequest& request) {
    absl::Status begun = Begin(request);
    if (!begun.ok()) GiveBackPlace();
    return begun;
  }

  absl::Status Begin(const v1::TransformStreamRequest& request) {
    TRIAD_ASSIGN_OR_RETURN(RecipeToRun chosen, source_.Choose(request));
    std::shared_ptr<Exchange> exchange = exchange_;
    TRIAD_ASSIGN_OR_RETURN(
        std::shared_ptr<StreamRun> run,
        StartStream(
            chosen.recipe, std::move(chosen.given), limits_, running_,
            [exchange] { return exchange->cancelled(); },
            [exchange](absl::string_view bytes) { return GiveInMessages(*exchange, bytes); }));
    begun_ = true;
    holds_place_ = false;  // the thread has it
    threads_.Continue([exchange, run, &open = open_]() mutable {
      absl::Status status =
          rpc::Guarded("transforming a stream", [&] { return Work(*exchange, *run); });
      // Its memory is given back, and its place, before the caller hears that it ended.
      run.reset();
      --open;
      exchange->End(status);
    });
    return absl::OkStatus();
  }

  const Limits& limits_;
  RunningBytes& running_;
  std::atomic<std::int64_t>& open_;
  Executor& threads_;
  const RecipeSource source_;
  const std::shared_ptr<Exchange> exchange_ = std::make_shared<Exchange>();
  bool begun_ = false;
  bool holds_place_ = true;
};

}  // namespace

StreamHandler::StreamHandler(const Limits& limits, RunningBytes& running, RecipeStore* store)
    : limits_(limits),
      running_(running),
      store_(store),
      threads_({.name = "streams",
                .threads = static_cast<std::size_t>(limits.max_streams),
                .queue = static_cast<std::size_t>(limits.max_streams)}) {}

absl::StatusOr<std::unique_ptr<StreamHandler::Stream>> StreamHandler::Transform(rpc::Call& call) {
  if (open_.fetch_add(1) >= limits_.max_streams) {
    --open_;
    return WithRetryDelay(absl::ResourceExhaustedError(absl::StrCat(
                              limits_.max_streams, " streams are open already (--max_streams)")),
                          absl::Seconds(1));
  }
  return std::make_unique<TransformStream>(limits_, running_, open_, threads_,
                                           RecipeSource(call, store_));
}

}  // namespace triad::transform

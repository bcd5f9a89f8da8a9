#include "services/transform/stream_handler.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "runtime/base/status.h"
#include "runtime/rpc/admission/guard.h"
#include "services/transform/engine/catalogue.h"
#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/recipe/pipe.h"

namespace triad::transform {
namespace {

constexpr absl::string_view kRecipeHeader = "x-meta-recipe";
constexpr char kMediaType[] = "application/octet-stream";
constexpr std::size_t kMessageBytes = std::size_t{64} * 1024;

// The step with a secret, if there is one.
std::optional<std::size_t> SecretStep(const Recipe& recipe) {
  for (std::size_t i = 0; i < recipe.size(); ++i) {
    const Operation* operation = FindOperation(recipe[i].operation);
    if (operation == nullptr) continue;
    for (const Parameter& parameter : operation->parameters) {
      bool given = recipe[i].arguments.count(parameter.name) != 0;
      if (given && parameter.kind == Kind::kSecret) return i;
    }
  }
  return std::nullopt;
}

absl::StatusOr<Recipe> RecipeOf(const std::optional<std::string>& header,
                                const std::string& field) {
  if (header.has_value() == !field.empty()) {
    return InvalidField("recipe", absl::StrCat("must be in the first message, or in the header ",
                                               kRecipeHeader, ", and not in both"));
  }
  absl::StatusOr<Recipe> recipe = ParseRecipe(header ? *header : field);
  if (!recipe.ok()) return InvalidField("recipe", recipe.status().message());
  if (!header && SecretStep(*recipe)) {
    return InvalidField(
        "recipe",
        absl::StrCat("must have no secret, as proxies log queries, which step ",
                     *SecretStep(*recipe), " has: send it in the header ", kRecipeHeader));
  }
  return recipe;
}

// What the caller, gRPC and the stream's thread share. Each side holds at most one message for the
// other.
class Exchange {
 public:
  using Answer = absl::StatusOr<std::optional<google::api::HttpBody>>;
  using Done = std::function<void(Answer)>;

  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

  // From the caller. There is room for it, as the next is not wanted before.
  void Put(std::string bytes) {
    MutexLock lock(mutex_);
    input_ = std::move(bytes);
    changed_.NotifyAll();
  }
  void EndInput() {
    MutexLock lock(mutex_);
    input_ended_ = true;
    changed_.NotifyAll();
  }
  void WhenWanted(std::function<void()> wanted) {
    {
      MutexLock lock(mutex_);
      if (input_ && !cancelled() && !ended_) {
        wanted_ = std::move(wanted);
        return;
      }
    }
    wanted();
  }

  // To the caller.
  void Next(Done done) {
    std::optional<Answer> answer;
    {
      MutexLock lock(mutex_);
      answer = TakeAnswer();
      if (!answer) {
        done_ = std::move(done);
        return;
      }
      changed_.NotifyAll();
    }
    done(*std::move(answer));
  }

  // What the caller sent next; nullopt at the end, and if nobody waits any more.
  std::optional<std::string> TakeInput() {
    std::optional<std::string> input;
    std::function<void()> wanted;
    {
      MutexLock lock(mutex_);
      while (!input_ && !input_ended_ && !cancelled()) changed_.Wait(mutex_);
      input = std::exchange(input_, std::nullopt);
      wanted = std::exchange(wanted_, nullptr);
    }
    if (wanted) wanted();
    return input;
  }

  // Waits until the caller has taken what was given before.
  absl::Status Give(absl::string_view bytes) {
    Done done;
    google::api::HttpBody message;
    message.set_content_type(kMediaType);
    message.set_data(bytes.data(), bytes.size());
    {
      MutexLock lock(mutex_);
      while (output_ && !cancelled()) changed_.Wait(mutex_);
      if (cancelled()) return absl::CancelledError("the caller went away");
      done = std::exchange(done_, nullptr);
      if (!done) {
        output_ = std::move(message);
        return absl::OkStatus();
      }
    }
    done(std::optional(std::move(message)));
    return absl::OkStatus();
  }

  // Nothing more is given or taken.
  void End(const absl::Status& status) {
    Done done;
    std::function<void()> wanted;
    std::optional<Answer> answer;
    {
      MutexLock lock(mutex_);
      ended_ = status;
      wanted = std::exchange(wanted_, nullptr);
      done = std::exchange(done_, nullptr);
      if (done) answer = TakeAnswer();
    }
    if (wanted) wanted();
    if (done) done(*std::move(answer));
  }

  void Cancel() {
    Done done;
    std::function<void()> wanted;
    {
      MutexLock lock(mutex_);
      cancelled_ = true;
      changed_.NotifyAll();
      wanted = std::exchange(wanted_, nullptr);
      done = std::exchange(done_, nullptr);
    }
    if (wanted) wanted();
    if (done) done(absl::CancelledError("the caller went away"));
  }

 private:
  std::optional<Answer> TakeAnswer() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (output_) return Answer(std::exchange(output_, std::nullopt));
    if (cancelled()) return Answer(absl::CancelledError("the caller went away"));
    if (!ended_) return std::nullopt;
    return ended_->ok() ? Answer(std::nullopt) : Answer(*ended_);
  }

  Mutex mutex_;
  CondVar changed_;
  std::atomic<bool> cancelled_ = false;
  std::optional<std::string> input_ ABSL_GUARDED_BY(mutex_);
  bool input_ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void()> wanted_ ABSL_GUARDED_BY(mutex_);
  std::optional<google::api::HttpBody> output_ ABSL_GUARDED_BY(mutex_);
  Done done_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> ended_ ABSL_GUARDED_BY(mutex_);
};

absl::Status Work(Exchange& exchange, Pipe& pipe) {
  while (std::optional<std::string> input = exchange.TakeInput()) {
    TRIAD_RETURN_IF_ERROR(pipe.Take(*input));
  }
  return pipe.Finish();
}

absl::Status GiveInMessages(Exchange& exchange, absl::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kMessageBytes))) {
    TRIAD_RETURN_IF_ERROR(exchange.Give(bytes.substr(0, kMessageBytes)));
  }
  return absl::OkStatus();
}

class TransformStream final : public StreamHandler::Stream {
 public:
  TransformStream(const Limits& limits, RunningBytes& running, std::atomic<std::size_t>& open,
                  Executor& threads, std::optional<std::string> header)
      : limits_(limits),
        running_(running),
        open_(open),
        threads_(threads),
        header_(std::move(header)) {}
  ~TransformStream() override {
    exchange_->Cancel();
    GiveBackPlace();
  }

  absl::Status Write(const v1::TransformStreamRequest& request) override {
    if (!begun_) TRIAD_RETURN_IF_ERROR(BeginOrGiveBack(request.recipe()));
    exchange_->Put(request.content().data());
    return absl::OkStatus();
  }
  void WhenWanted(std::function<void()> wanted) override {
    exchange_->WhenWanted(std::move(wanted));
  }
  absl::Status WritesDone() override {
    if (!begun_) TRIAD_RETURN_IF_ERROR(BeginOrGiveBack(""));
    exchange_->EndInput();
    return absl::OkStatus();
  }
  void Next(Done done) override { exchange_->Next(std::move(done)); }
  void Cancel() override { exchange_->Cancel(); }

 private:
  void GiveBackPlace() {
    if (std::exchange(holds_place_, false)) --open_;
  }

  // The place of a stream that is refused is free before its caller hears of it.
  absl::Status BeginOrGiveBack(const std::string& field) {
    absl::Status begun = Begin(field);
    if (!begun.ok()) GiveBackPlace();
    return begun;
  }

  absl::Status Begin(const std::string& field) {
    TRIAD_ASSIGN_OR_RETURN(Recipe recipe, RecipeOf(header_, field));
    std::shared_ptr<Exchange> exchange = exchange_;
    TRIAD_ASSIGN_OR_RETURN(
        std::shared_ptr<Pipe> pipe,
        Pipe::Make(
            recipe, limits_, running_, [exchange] { return exchange->cancelled(); },
            [exchange](absl::string_view bytes) { return GiveInMessages(*exchange, bytes); }));
    begun_ = true;
    holds_place_ = false;  // the thread has it
    threads_.Continue([exchange, pipe, &open = open_]() mutable {
      absl::Status status =
          rpc::Guarded("transforming a stream", [&] { return Work(*exchange, *pipe); });
      // Its memory is given back, and its place, before the caller hears that it ended.
      pipe.reset();
      --open;
      exchange->End(status);
    });
    return absl::OkStatus();
  }

  const Limits& limits_;
  RunningBytes& running_;
  std::atomic<std::size_t>& open_;
  Executor& threads_;
  const std::optional<std::string> header_;
  const std::shared_ptr<Exchange> exchange_ = std::make_shared<Exchange>();
  bool begun_ = false;
  bool holds_place_ = true;
};

}  // namespace

StreamHandler::StreamHandler(const Limits& limits, RunningBytes& running)
    : limits_(limits),
      running_(running),
      threads_({.name = "streams", .threads = limits.max_streams, .queue = limits.max_streams}) {}

absl::StatusOr<std::unique_ptr<StreamHandler::Stream>> StreamHandler::Transform(rpc::Call& call) {
  if (open_.fetch_add(1) >= limits_.max_streams) {
    --open_;
    return WithRetryDelay(absl::ResourceExhaustedError(absl::StrCat(
                              limits_.max_streams, " streams are open already (--max_streams)")),
                          absl::Seconds(1));
  }
  return std::make_unique<TransformStream>(limits_, running_, open_, threads_,
                                           call.Header(kRecipeHeader));
}

}  // namespace triad::transform

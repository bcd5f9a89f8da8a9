#include "services/config/watch/watch_handler.h"

#include <functional>
#include <optional>
#include <utility>

#include "runtime/base/status.h"
#include "services/config/entries/entry_mapping.h"

namespace triad::config {
namespace {

class WatchSource final : public WatchHandler::Stream {
 public:
  explicit WatchSource(std::unique_ptr<config::Watch> watch) : watch_(std::move(watch)) {}

  void Next(Done done) override {
    watch_->Next([done = std::move(done)](absl::StatusOr<WatchMessage> message) {
      if (!message.ok()) return done(message.status());
      done(rpc::Encoded<v1::WatchEntriesResponse>{
          {std::move(message->change), std::move(message->pieces)}});
    });
  }
  void Cancel() override { watch_->Cancel(); }
  void Opened(std::function<void()> break_off) override { watch_->OnTooSlow(std::move(break_off)); }

 private:
  std::unique_ptr<config::Watch> watch_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<WatchHandler::Stream>> WatchHandler::Watch(
    rpc::Call&, const v1::WatchEntriesRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(EntryFilter filter, FilterFromProto(request.parent(), request.prefix()));
  if (request.after_revision() < 0) {
    return InvalidField("after_revision", "must not be negative");
  }
  std::optional<Revision> after;
  if (request.after_revision() > 0) after = Revision{request.after_revision()};
  TRIAD_ASSIGN_OR_RETURN(auto watch, hub_.Start(std::move(filter), after));
  return std::make_unique<WatchSource>(std::move(watch));
}

}  // namespace triad::config

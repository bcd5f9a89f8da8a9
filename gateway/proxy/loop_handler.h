// Answers the requests of one loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

#include "gateway/own/own_endpoints.h"
#include "gateway/proxy/request/request_scope.h"
#include "gateway/proxy/shared_parts.h"
#include "gateway/proxy/transaction.h"
#include "gateway/proxy/upstreams.h"
#include "runtime/http/server.h"

namespace triad::gateway {

// Decides who answers: the gateway itself, the site, or a service.
class LoopHandler final : public http::Handler {
 public:
  // `parts` must outlive it. `gone` is told as it begins to end.
  LoopHandler(const SharedParts& parts, EventLoop& loop, std::function<void(LoopHandler*)> gone);
  ~LoopHandler() override;

  void Handle(std::unique_ptr<http::Exchange> exchange) override;

  // See Gateway::FailStreams; on the loop.
  void FailStreams();

 private:
  void AnswerOwn(const OwnEndpoint& endpoint, RequestScope scope);
  absl::Status Authorize(const OwnEndpoint& endpoint, const http::RequestHead& request) const;
  void AnswerSite(RequestScope scope);
  void AnswerRoute(RequestScope scope);
  void AnswerSocket(RequestScope scope, const Match& match);
  void BeginTransaction(RequestScope scope, const Match& match, Frames frames = Frames::kNone);
  absl::StatusOr<TransactionStart> MakeStart(const RequestScope& scope, const Match& match);
  // The error of a client that has too many calls already; its slot goes into `start`.
  absl::Status TakeSlot(const http::RequestHead& request, TransactionStart& start) const;

  const SharedParts& parts_;
  boost::asio::io_context& context_;
  const std::function<void(LoopHandler*)> gone_;
  RequestLog log_;
  Upstreams upstreams_;
  const OwnParts own_parts_;
  Conversions conversions_;
  Transactions transactions_;
  bool failing_streams_ = false;
};

}  // namespace triad::gateway

// Answers the requests of one loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/own/own_endpoints.h"
#include "gateway/proxy/multiplex/stream_session.h"
#include "gateway/proxy/request/request_scope.h"
#include "gateway/proxy/services/loop_services.h"
#include "gateway/proxy/services/upstreams.h"
#include "gateway/proxy/shared_parts.h"
#include "gateway/proxy/transaction.h"
#include "runtime/http/server.h"

namespace triad::gateway {

// Decides who answers: the gateway itself, the site, or a service.
class LoopHandler final : public http::Handler {
 public:
  // `parts` must outlive it. `gone` is told as it begins to end.
  LoopHandler(const SharedParts& parts, std::shared_ptr<const Services> services, EventLoop& loop,
              std::function<void(LoopHandler*)> gone);
  ~LoopHandler() override;

  void Handle(std::unique_ptr<http::Exchange> exchange) override;

  // See Gateway::FailStreams and Gateway::Replace; on the loop.
  void FailStreams();
  void Use(std::shared_ptr<const Services> services);

 private:
  RequestErrors ErrorsOf(const RequestScope& scope) const;
  // What a path takes, for Allow; none if there is no such path.
  std::vector<std::string> MethodsOf(absl::string_view path) const;
  // Answers a preflight, and OPTIONS that no rule binds. False if that is for somebody else.
  bool AnswersOptions(RequestScope& scope);
  void AnswerOwn(const OwnEndpoint& endpoint, RequestScope scope);
  absl::Status Authorize(const OwnEndpoint& endpoint, const http::RequestHead& request) const;
  void AnswerSite(RequestScope scope);
  void AnswerRoute(RequestScope scope);
  // Finishes a request that no route takes.
  std::optional<Match> FindRoute(RequestScope& scope);
  void BeginSession(RequestScope scope);
  // For one of many streams on a socket.
  void AnswerCarried(std::unique_ptr<http::Exchange> exchange);
  void AnswerSocket(RequestScope scope, const Match& match);
  // How the client has asked for it.
  struct Manner {
    Frames frames = Frames::kNone;
    bool is_carried = false;
  };
  void BeginTransaction(RequestScope scope, const Match& match, Manner manner);
  // The error of a client that has too many calls already; its slot goes into `start`.
  absl::Status TakeSlot(const http::RequestHead& request, TransactionStart& start) const;

  const SharedParts& parts_;
  boost::asio::io_context& context_;
  const std::function<void(LoopHandler*)> gone_;
  RequestLog log_;
  const ScopeParts scope_parts_;
  Upstreams upstreams_;
  LoopServicesPtr services_;
  Conversions conversions_;
  std::list<StreamSession> sessions_;
  Transactions transactions_;
  bool failing_streams_ = false;
};

}  // namespace triad::gateway

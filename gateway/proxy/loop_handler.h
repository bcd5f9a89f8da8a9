// Answers the requests of one loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/proxy/answer/errors.h"
#include "gateway/proxy/request/headers.h"
#include "gateway/proxy/request/host_policy.h"
#include "gateway/proxy/request/request_scope.h"
#include "gateway/proxy/transaction.h"
#include "gateway/routing/router.h"
#include "gateway/site/site.h"
#include "gateway/transcoding/codec.h"
#include "runtime/grpc_client/channel.h"
#include "runtime/grpc_client/health_client.h"
#include "runtime/http/server.h"

namespace triad {
class EventLoop;
class Metrics;
}  // namespace triad

namespace triad::gateway {

// What all loops share: immutable.
struct SharedParts {
  const Router* router = nullptr;
  const Codec* codec = nullptr;
  const Errors* errors = nullptr;
  const Site* site = nullptr;  // may be null
  const std::string* openapi = nullptr;
  const HostPolicy* host_policy = nullptr;
  const ForwardedHeaders* forwarded = nullptr;
  TransactionLimits limits;
  std::size_t max_metadata_bytes = 0;
  absl::Duration max_backoff;
  std::map<std::string, std::string> targets;  // of each service; see ChannelOptions
  Metrics* metrics = nullptr;
  const Tracer* tracer = nullptr;
  ErrorSink* error_sink = nullptr;  // may be null
};

class LoopHandler final : public http::Handler {
 public:
  LoopHandler(const SharedParts& parts, EventLoop& loop);
  ~LoopHandler() override;

  void Handle(std::unique_ptr<http::Exchange> exchange) override;

  // See Gateway::EndStreams; on the loop.
  void EndStreams();

 private:
  using Transactions = boost::intrusive::list<
      Transaction, boost::intrusive::member_hook<Transaction, TransactionHook, &Transaction::hook>,
      boost::intrusive::constant_time_size<false>>;

  // True if it was one of the gateway's own endpoints or a file.
  bool AnswerOwn(RequestScope& scope);
  void AnswerSite(RequestScope& scope);
  void AnswerOpenApi(RequestScope& scope);
  void AnswerHealth(RequestScope scope);
  void AnswerRoute(RequestScope scope);
  void BeginTransaction(RequestScope scope, const Match& match);
  absl::StatusOr<TransactionStart> MakeStart(const RequestScope& scope, const Match& match);
  std::shared_ptr<Transaction> MakeTransaction(RequestScope scope, TransactionStart start);
  std::string HealthBody(const std::vector<grpc_client::TargetHealth>& health, bool verbose,
                         bool* ok) const;

  const SharedParts& parts_;
  boost::asio::io_context& context_;
  RequestLog log_;
  std::vector<std::unique_ptr<grpc_client::Channel>> channels_;             // one per target
  std::unordered_map<std::string, grpc_client::Channel*> service_channel_;  // by full name
  std::unordered_map<const Route*, grpc_client::Channel*> route_channel_;
  std::unique_ptr<grpc_client::HealthClient> health_;
  Transactions transactions_;
  bool ending_streams_ = false;
};

}  // namespace triad::gateway

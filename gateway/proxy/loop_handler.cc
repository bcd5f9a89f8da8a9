#include "gateway/proxy/loop_handler.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/protocols/websocket/handshake.h"
#include "gateway/proxy/answer/refusals.h"
#include "gateway/routing/percent_encoding.h"
#include "gateway/site/site.h"
#include "gateway/transcoding/response_builder.h"
#include "runtime/base/auth_tokens.h"
#include "runtime/base/status.h"
#include "runtime/io/event_loop.h"

namespace triad::gateway {
namespace {

// The kind of a custom rule that takes every method.
constexpr char kAnyMethod[] = "*";

const std::string& SiteName() {
  static const std::string* const name = new std::string("site");
  return *name;
}

const std::vector<std::string>& SiteMethods() {
  static const auto* const methods = new std::vector<std::string>{"GET", "HEAD"};
  return *methods;
}

// `/%61pi/health` is `/api/health` (RFC 3986, section 6.2.2.2). What cannot be decoded
// is no path of ours.
const OwnEndpoint* FindOwn(absl::string_view path) {
  if (!absl::StrContains(path, '%')) return FindOwnEndpoint(path);
  std::string decoded;
  bool whole = DecodePercent(path, Decode::kAllButSlash, decoded).ok();
  return whole ? FindOwnEndpoint(decoded) : nullptr;
}

bool Contains(const std::vector<std::string>& methods, const std::string& method) {
  return std::find(methods.begin(), methods.end(), method) != methods.end();
}

absl::Status NoPath(const std::vector<std::string>& unknown) {
  if (unknown.empty()) return absl::NotFoundError("no such path");
  return absl::UnavailableError(
      absl::StrCat("no path that is known yet: ", absl::StrJoin(unknown, ", "),
                   unknown.size() == 1 ? " has" : " have", " not described itself; try again"));
}

}  // namespace

LoopHandler::LoopHandler(const SharedParts& parts, std::shared_ptr<const Services> services,
                         EventLoop& loop, std::function<void(LoopHandler*)> gone)
    : parts_(parts),
      context_(loop.context()),
      gone_(std::move(gone)),
      log_(parts.metrics, *parts.options.tracer, parts.options.error_sink, parts.access_log_fields),
      scope_parts_{log_, *parts.cors, *parts.options.clock},
      upstreams_(parts.targets, parts.options, parts.metrics, loop),
      services_(new LoopServices(parts, std::move(services), upstreams_)),
      conversions_(context_, parts.options.memory) {}

LoopHandler::~LoopHandler() {
  gone_(this);
  // Calls go before their channels.
  while (!transactions_.empty()) transactions_.front().Cancel();
}

void LoopHandler::FailStreams() {
  failing_streams_ = true;
  for (auto it = transactions_.begin(); it != transactions_.end();) (it++)->FailStream();
  for (auto it = sessions_.begin(); it != sessions_.end();) (it++)->CloseSoon();
}

RequestErrors LoopHandler::ErrorsOf(const RequestScope& scope) const {
  return parts_.errors.For(scope.request_id());
}

void LoopHandler::Use(std::shared_ptr<const Services> services) {
  services_.reset(new LoopServices(parts_, std::move(services), upstreams_));
}

void LoopHandler::Handle(std::unique_ptr<http::Exchange> exchange) {
  RequestScope scope(std::move(exchange), scope_parts_);
  absl::Status known = parts_.host_policy.Check(scope.request());
  if (!known.ok()) return scope.Finish(ErrorsOf(scope).Answer(known));
  absl::string_view path = scope.request().path();
  if (scope.request().method == "OPTIONS" && AnswersOptions(scope)) return;
  if (path == kStreamsPath && scope.request().method == "GET") {
    return BeginSession(std::move(scope));
  }
  if (const OwnEndpoint* own = FindOwn(path)) return AnswerOwn(*own, std::move(scope));
  if (parts_.site != nullptr && parts_.site->Has(path)) return AnswerSite(std::move(scope));
  AnswerRoute(std::move(scope));
}

std::vector<std::string> LoopHandler::MethodsOf(absl::string_view path) const {
  if (const OwnEndpoint* own = FindOwn(path)) return own->methods;
  if (parts_.site != nullptr && parts_.site->Has(path)) return SiteMethods();
  return services_->services().router->MethodsOf(path);
}

bool LoopHandler::AnswersOptions(RequestScope& scope) {
  const http::RequestHead& request = scope.request();
  bool is_preflight = Cors::IsPreflight(request);
  std::vector<std::string> methods = MethodsOf(request.path());
  bool is_bound = Contains(methods, "OPTIONS") || Contains(methods, kAnyMethod);
  if (methods.empty() || (is_bound && !is_preflight)) return false;
  static const auto* const route = new std::string("options");
  scope.set_route(*route);
  if (is_preflight && parts_.cors->Allows(*request.headers.Find("origin"))) {
    scope.Finish(parts_.cors->AnswerPreflight(request, methods, parts_.forwarded), "");
    return true;
  }
  if (!is_bound) methods.emplace_back("OPTIONS");
  http::ResponseHead head;
  head.status = 204;
  head.headers.Add("Allow", absl::StrJoin(methods, ", "));
  scope.Finish(std::move(head), "");
  return true;
}

void LoopHandler::AnswerOwn(const OwnEndpoint& endpoint, RequestScope scope) {
  scope.set_route(endpoint.path);
  if (!Contains(endpoint.methods, scope.request().method)) {
    return scope.Finish(NotAllowed(ErrorsOf(scope), endpoint.methods));
  }
  absl::Status allowed = Authorize(endpoint, scope.request());
  if (!allowed.ok()) return scope.Finish(ErrorsOf(scope).Answer(allowed));
  // Shared because functions are copied.
  auto held = std::make_shared<RequestScope>(std::move(scope));
  OwnParts own_parts = {services_->services().openapi, parts_.targets, upstreams_.health(),
                        upstreams_.builds()};
  endpoint.answer(own_parts, held->request(), [held](http::ResponseHead head, http::Body body) {
    held->Finish(std::move(head), std::move(body));
  });
}

absl::Status LoopHandler::Authorize(const OwnEndpoint& endpoint,
                                    const http::RequestHead& request) const {
  if (endpoint.open || parts_.options.tokens == nullptr) return absl::OkStatus();
  return parts_.options.tokens->Check(request.headers.Find("authorization").value_or(""));
}

void LoopHandler::AnswerSite(RequestScope scope) {
  scope.set_route(SiteName());
  if (!Contains(SiteMethods(), scope.request().method)) {
    return scope.Finish(NotAllowed(ErrorsOf(scope), SiteMethods()));
  }
  auto answer = parts_.site->Get(scope.request().path(), scope.request().headers);
  scope.Finish(std::move(answer->head), std::move(answer->body));
}

void LoopHandler::AnswerRoute(RequestScope scope) {
  if (AsksForWebSocket(scope.request())) {
    Match match = services_->services().router->FindStream(scope.request().path());
    if (match.result == Match::Result::kFound) return AnswerSocket(std::move(scope), match);
  }
  if (std::optional<Match> match = FindRoute(scope)) BeginTransaction(std::move(scope), *match, {});
}

std::optional<Match> LoopHandler::FindRoute(RequestScope& scope) {
  Match match = services_->services().router->Find(scope.request().method, scope.request().path());
  switch (match.result) {
    case Match::Result::kNoPath:
      scope.Finish(ErrorsOf(scope).Answer(NoPath(services_->services().unknown)));
      break;
    case Match::Result::kNoMethod:
      scope.Finish(NotAllowed(ErrorsOf(scope), match.allowed));
      break;
    case Match::Result::kMalformed:
      scope.Finish(ErrorsOf(scope).Answer(absl::InvalidArgumentError(match.problem)));
      break;
    case Match::Result::kFound:
      scope.set_route(match.route->path_template);
      return match;
  }
  return std::nullopt;
}

void LoopHandler::BeginSession(RequestScope scope) {
  static const auto* const path = new std::string(kStreamsPath);
  scope.set_route(*path);
  if (!AsksForWebSocket(scope.request())) return scope.Finish(NeedsWebSocket(ErrorsOf(scope)));
  if (auto refusal = RefuseHandshake(ErrorsOf(scope), scope.request())) {
    return scope.Finish(*std::move(refusal));
  }
  sessions_.emplace_front(
      std::move(scope), parts_, context_,
      [this](std::unique_ptr<http::Exchange> exchange) { AnswerCarried(std::move(exchange)); },
      [this](StreamSession& session) {
        sessions_.remove_if([&](const StreamSession& other) { return &other == &session; });
      });
  sessions_.front().Begin();
}

void LoopHandler::AnswerCarried(std::unique_ptr<http::Exchange> exchange) {
  RequestScope scope(std::move(exchange), scope_parts_);
  std::optional<Match> match = FindRoute(scope);
  if (!match.has_value()) return;
  const auto& method = *match->route->method;
  if (!method.server_streaming() || method.client_streaming() || GivesRawBody(*match->route)) {
    return scope.Finish(
        ErrorsOf(scope).Answer(InvalidField("get", "is no path of a stream of messages")));
  }
  Manner manner;
  manner.is_carried = true;
  BeginTransaction(std::move(scope), *match, manner);
}

void LoopHandler::AnswerSocket(RequestScope scope, const Match& match) {
  scope.set_route(match.route->path_template);
  if (auto refusal = RefuseHandshake(ErrorsOf(scope), scope.request())) {
    return scope.Finish(*std::move(refusal));
  }
  absl::StatusOr<std::size_t> subprotocol = ChooseSubprotocol(scope.request(), kSubprotocols);
  if (!subprotocol.ok()) return scope.Finish(ErrorsOf(scope).Answer(subprotocol.status()));
  Manner manner;
  manner.frames = static_cast<Frames>(*subprotocol);
  BeginTransaction(std::move(scope), match, manner);
}

void LoopHandler::BeginTransaction(RequestScope scope, const Match& match, Manner manner) {
  if (manner.frames == Frames::kNone) {
    auto objection = RefuseBody(ErrorsOf(scope), *match.route, scope.request());
    if (objection.has_value()) return scope.Finish(*std::move(objection));
  }
  absl::StatusOr<TransactionStart> start = MakeStart(*services_, scope, match);
  if (!start.ok()) {
    bool too_large = start.status().code() == absl::StatusCode::kOutOfRange;
    return scope.Finish(too_large ? ErrorsOf(scope).Answer(start.status(), 431)
                                  : ErrorsOf(scope).Answer(start.status()));
  }
  start->channel = &services_->ChannelOf(*match.route);
  start->conversions = &conversions_;
  start->frames = manner.frames;
  start->is_carried = manner.is_carried;
  absl::Status free = TakeSlot(scope.request(), *start);
  Transaction& transaction =
      Transaction::Make(transactions_, services_, std::move(scope), *std::move(start));
  if (!free.ok()) return transaction.Fail(free);
  if (failing_streams_ && transaction.FailStream()) return;
  transaction.Begin();
}

// Whoever comes without a proxy is held to its connections.
absl::Status LoopHandler::TakeSlot(const http::RequestHead& request,
                                   TransactionStart& start) const {
  if (!request.from_proxy) return absl::OkStatus();
  auto slot = parts_.calls_of_clients->Take(request.peer_key);
  if (!slot.has_value()) {
    return WithRetryDelay(
        absl::ResourceExhaustedError(absl::StrCat(
            request.client_address, " has ", parts_.calls_of_clients->limit(),
            " calls running (--max_connections_per_peer); wait for one of them to end")),
        absl::Seconds(1));
  }
  start.slot = *std::move(slot);
  return absl::OkStatus();
}

}  // namespace triad::gateway

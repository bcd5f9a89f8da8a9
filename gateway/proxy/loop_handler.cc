#include "gateway/proxy/loop_handler.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/proxy/answer/event_stream.h"
#include "gateway/proxy/answer/json_answer.h"
#include "gateway/proxy/answer/raw_download.h"
#include "gateway/transcoding/request_builder.h"
#include "runtime/base/status.h"
#include "runtime/io/event_loop.h"

namespace triad::gateway {
namespace {

constexpr char kHealthPath[] = "/api/health";
constexpr char kOpenApiPath[] = "/openapi.json";

const std::string* Name(const char* name) { return new std::string(name); }

bool IsRead(const http::RequestHead& request) {
  return request.method == "GET" || request.method == "HEAD";
}

// Whether the query asks for `name`: "?name", "?name=" or "?name=true".
bool Asks(absl::string_view query, absl::string_view name) {
  for (absl::string_view part : absl::StrSplit(query, '&')) {
    std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    if (pair.first == name)
      return pair.second.empty() || pair.second == "true" || pair.second == "1";
  }
  return false;
}

ErrorAnswer NotAllowed(const Errors& errors, const std::string& methods) {
  ErrorAnswer answer =
      errors.Answer(absl::UnimplementedError(absl::StrCat("this path takes only ", methods)), 405);
  answer.head.headers.Add("Allow", methods);
  return answer;
}

// What can be said before the body is read. OK if the request is acceptable.
absl::Status CheckBody(const Route& route, const http::RequestHead& request, int* http_status) {
  const auto& method = *route.method;
  bool raw = TakesRawBody(route);
  if (method.client_streaming() && (!raw || method.server_streaming())) {
    *http_status = 501;
    return absl::UnimplementedError(
        absl::StrCat(method.full_name(), " takes a stream, which is not supported over HTTP yet"));
  }
  auto type = request.headers.Find("content-type");
  bool json = !raw && !route.body.empty() && request.has_body();
  if (json && type.has_value() && !IsJson(*type)) {
    *http_status = 415;
    return absl::InvalidArgumentError("the body must be application/json");
  }
  return absl::OkStatus();
}

}  // namespace

LoopHandler::LoopHandler(const SharedParts& parts, EventLoop& loop)
    : parts_(parts),
      context_(loop.context()),
      log_(*parts.metrics, *parts.tracer, parts.error_sink) {
  std::map<std::string, grpc_client::Channel*> by_target;
  std::vector<grpc_client::Channel*> all;
  for (const auto& [service, target] : parts.targets) {
    grpc_client::Channel*& channel = by_target[target];
    if (channel == nullptr) {
      grpc_client::ChannelOptions options;
      options.target = target;
      options.max_backoff = parts.max_backoff;
      options.metrics = parts.metrics;
      channels_.push_back(grpc_client::Channel::Create(loop, options));
      channel = channels_.back().get();
      all.push_back(channel);
    }
    service_channel_[service] = channel;
  }
  for (const auto& route : parts.router->routes()) {
    route_channel_[route.get()] = service_channel_.at(route->method->service()->full_name());
  }
  health_ = std::make_unique<grpc_client::HealthClient>(std::move(all));
}

LoopHandler::~LoopHandler() {
  // Calls go before their channels.
  while (!transactions_.empty()) transactions_.front().Drop();
}

void LoopHandler::EndStreams() {
  ending_streams_ = true;
  for (auto it = transactions_.begin(); it != transactions_.end();) (it++)->OnDrain();
}

void LoopHandler::Handle(std::unique_ptr<http::Exchange> exchange) {
  RequestScope scope(std::move(exchange), log_, *parts_.errors);
  absl::Status known = parts_.host_policy->Check(scope.request());
  if (!known.ok()) return scope.RespondAndEnd(parts_.errors->Answer(known));
  if (AnswerOwn(scope)) return;
  AnswerRoute(std::move(scope));
}

// ---- what the gateway answers itself ----

bool LoopHandler::AnswerOwn(RequestScope& scope) {
  static const std::string* const kHealthName = Name(kHealthPath);
  static const std::string* const kOpenApiName = Name(kOpenApiPath);
  static const std::string* const kSiteName = Name("site");
  absl::string_view path = scope.request().path();
  bool health = path == kHealthPath;
  bool openapi = path == kOpenApiPath;
  bool site = !health && !openapi && parts_.site != nullptr && parts_.site->Has(path);
  if (!health && !openapi && !site) return false;
  scope.set_route(health ? *kHealthName : openapi ? *kOpenApiName : *kSiteName);
  if (!IsRead(scope.request())) {
    scope.RespondAndEnd(NotAllowed(*parts_.errors, "GET, HEAD"));
  } else if (health) {
    AnswerHealth(std::move(scope));
  } else if (openapi) {
    AnswerOpenApi(scope);
  } else {
    AnswerSite(scope);
  }
  return true;
}

void LoopHandler::AnswerSite(RequestScope& scope) {
  std::optional<Site::Answer> answer =
      parts_.site->Get(scope.request().path(), scope.request().headers);
  scope.RespondAndEnd(std::move(answer->head), std::string(answer->body));
}

void LoopHandler::AnswerOpenApi(RequestScope& scope) {
  http::ResponseHead head;
  head.headers.Add("Content-Type", "application/json");
  scope.RespondAndEnd(std::move(head), *parts_.openapi);
}

void LoopHandler::AnswerHealth(RequestScope scope) {
  auto held = std::make_shared<RequestScope>(std::move(scope));
  health_->Check([this, held](const std::vector<grpc_client::TargetHealth>& health) {
    bool ok = true;
    http::ResponseHead head;
    std::string body = HealthBody(health, Asks(held->request().query(), "verbose"), &ok);
    head.status = ok ? 200 : 503;
    head.headers.Add("Content-Type", "application/json");
    if (!ok) head.headers.Add("Retry-After", "1");
    held->RespondAndEnd(std::move(head), std::move(body));
  });
}

// Names of services come from descriptors: nothing in them needs escaping.
std::string LoopHandler::HealthBody(const std::vector<grpc_client::TargetHealth>& health,
                                    bool verbose, bool* ok) const {
  std::vector<std::string> services;
  std::vector<std::string> not_serving;
  for (const auto& [service, target] : parts_.targets) {
    for (const grpc_client::TargetHealth& one : health) {
      if (one.target != target) continue;
      services.push_back(
          absl::StrCat("{\"name\":\"", service, "\",\"status\":\"", one.status, "\"}"));
      if (!one.serving) not_serving.push_back(absl::StrCat("\"", service, "\""));
    }
  }
  *ok = not_serving.empty();
  std::string body = *ok ? "{\"status\":\"ok\""
                         : absl::StrCat("{\"status\":\"unavailable\",\"not_serving\":[",
                                        absl::StrJoin(not_serving, ","), "]");
  if (verbose) absl::StrAppend(&body, ",\"services\":[", absl::StrJoin(services, ","), "]");
  return absl::StrCat(body, "}");
}

// ---- what services answer ----

void LoopHandler::AnswerRoute(RequestScope scope) {
  Match match = parts_.router->Find(scope.request().method, scope.request().path());
  switch (match.result) {
    case Match::Result::kNoPath:
      return scope.RespondAndEnd(parts_.errors->Answer(absl::NotFoundError("no such path")));
    case Match::Result::kNoMethod:
      return scope.RespondAndEnd(NotAllowed(*parts_.errors, absl::StrJoin(match.allowed, ", ")));
    case Match::Result::kMalformed:
      return scope.RespondAndEnd(parts_.errors->Answer(absl::InvalidArgumentError(match.problem)));
    case Match::Result::kFound:
      scope.set_route(match.route->path_template);
      return BeginTransaction(std::move(scope), match);
  }
}

void LoopHandler::BeginTransaction(RequestScope scope, const Match& match) {
  int http_status = 0;
  absl::Status acceptable = CheckBody(*match.route, scope.request(), &http_status);
  if (!acceptable.ok()) {
    return scope.RespondAndEnd(parts_.errors->Answer(acceptable, http_status));
  }
  absl::StatusOr<TransactionStart> start = MakeStart(scope, match);
  if (!start.ok()) {
    bool too_large = start.status().code() == absl::StatusCode::kOutOfRange;
    return scope.RespondAndEnd(too_large ? parts_.errors->Answer(start.status(), 431)
                                         : parts_.errors->Answer(start.status()));
  }
  std::shared_ptr<Transaction> transaction = MakeTransaction(std::move(scope), *std::move(start));
  transactions_.push_back(*transaction);
  transaction->Begin();
  if (ending_streams_) transaction->OnDrain();
}

absl::StatusOr<TransactionStart> LoopHandler::MakeStart(const RequestScope& scope,
                                                        const Match& match) {
  const http::RequestHead& request = scope.request();
  TransactionStart start;
  start.route = match.route;
  start.channel = route_channel_.find(match.route)->second;
  start.codec = parts_.codec;
  start.limits = &parts_.limits;
  start.context = &context_;
  TRIAD_RETURN_IF_ERROR(
      parts_.forwarded->Collect(request.headers, parts_.max_metadata_bytes, &start.metadata));
  const TraceContext& trace = scope.trace();
  if (scope.tracer().Records(trace)) start.call_trace = scope.tracer().Child(trace);
  const TraceContext& span = start.call_trace.has_value() ? *start.call_trace : trace;
  start.metadata.emplace_back("traceparent", span.traceparent());
  if (!trace.state.empty()) {
    TRIAD_RETURN_IF_ERROR(grpc_client::CheckMetadata("tracestate", trace.state));
    start.metadata.emplace_back("tracestate", trace.state);
  }
  start.metadata.emplace_back("x-request-id", scope.request_id());
  // The header wins over the query: a browser reconnects with the URL it
  // started with.
  auto last_event = request.headers.Find("last-event-id");
  if (match.route->resume_request != nullptr && last_event.has_value() && !last_event->empty()) {
    std::vector<Binding> bindings = match.bindings;
    bindings.emplace_back(match.route->resume_request->name(), std::string(*last_event));
    TRIAD_ASSIGN_OR_RETURN(start.fields, BindFields(*match.route, bindings, request.query()));
  } else {
    TRIAD_ASSIGN_OR_RETURN(start.fields, BindFields(*match.route, match.bindings, request.query()));
  }
  return start;
}

std::shared_ptr<Transaction> LoopHandler::MakeTransaction(RequestScope scope,
                                                          TransactionStart start) {
  const Route& route = *start.route;
  if (GivesRawBody(route)) {
    return std::make_shared<RawDownload>(std::move(scope), std::move(start));
  }
  if (!route.method->server_streaming()) {
    return std::make_shared<JsonAnswer>(std::move(scope), std::move(start));
  }
  bool events = Accepts(scope.request().headers, "text/event-stream");
  return std::make_shared<EventStream>(std::move(scope), std::move(start),
                                       events ? Framing::kEvents : Framing::kNdjson);
}

}  // namespace triad::gateway

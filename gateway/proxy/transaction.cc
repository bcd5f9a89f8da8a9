#include "gateway/proxy/transaction.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::gateway {
namespace {

constexpr int kClientLeft = 499;
constexpr int kNotModified = 304;
// Of a stream beside many others on one socket. With the piece that waits to be written, at most
// 64 KiB of it are held.
constexpr std::size_t kCarriedWindow = 32 * 1024;
// Messages and answers up to this size are not looked at: what a socket does not take of
// them is counted by the connection.
constexpr std::size_t kSmallBytes = 64 * 1024;

// HTTP statuses of errors in reading a body, which gRPC has no codes for.
int BodyErrorStatus(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOutOfRange:
      return 413;
    case absl::StatusCode::kDeadlineExceeded:
      return 408;
    default:
      return 400;
  }
}

}  // namespace

Transaction& Transaction::Make(Transactions& owner, LoopServicesPtr services, RequestScope scope,
                               TransactionStart start) {
  Transaction& made =
      owner.emplace_front(owner, std::move(services), std::move(scope), std::move(start));
  made.self_ = owner.begin();
  return made;
}

Transaction::Transaction(Transactions& owner, LoopServicesPtr services, RequestScope scope,
                         TransactionStart start)
    : owner_(owner),
      services_(std::move(services)),
      scope_(std::move(scope)),
      start_(std::move(start)),
      stream_parts_(MakeStreamParts()),
      body_(MakeBody()),
      answer_(MakeAnswer()) {
  const auto* method = route().method;
  if (method->client_streaming() || method->server_streaming()) scope_.set_stream();
}

bool ConversionHere::Take(std::size_t bytes) {
  taken_ += bytes;
  if (taken_ <= kSmallBytes) return true;
  if (!transaction_.Reserve(bytes)) return false;
  reserved_ += bytes;
  return true;
}

void ConversionHere::Return(std::size_t bytes) {
  taken_ -= bytes;
  std::size_t reserved = std::min(bytes, reserved_);
  reserved_ -= reserved;
  transaction_.Release(reserved);
}

void Transaction::Begin() {
  scope_.exchange().OnClientLeft([this] { Cancel(); });
  bool is_message_stream = std::holds_alternative<std::unique_ptr<MessageUpload>>(any_body_);
  if (is_message_stream) scope_.exchange().LimitIdle(parts().options.stream_idle_timeout);
  if (!Reserve(grpc_client::kCallBytes)) return FailForMemory();
  body_.Begin();
}

void Transaction::Cancel() { Finish(scope_.exchange().ended_with().value_or(kClientLeft)); }

bool Transaction::ReserveBody(std::size_t bytes) {
  if (bytes > body_bytes_ && !Reserve(bytes - body_bytes_)) return false;
  if (bytes < body_bytes_) Release(body_bytes_ - bytes);
  body_bytes_ = bytes;
  return true;
}

void Transaction::FailForMemory() {
  Fail(absl::UnavailableError(
      "requests hold all memory there is for them (--memory_budget_bytes); try again"));
}

bool Transaction::FailStream() {
  if (!answer_.is_endless()) return false;
  answer_.Fail({absl::UnavailableError("the gateway is shutting down"), "", {}});
  return true;
}

void Transaction::StartCall() {
  grpc_client::CallStart call;
  call.path = route().grpc_path;
  call.metadata = std::move(start_.metadata);
  call.memory = this;
  call.timeout = start_.timeout;
  if (start_.is_carried) call.max_window = kCarriedWindow;
  if (start_.call_trace.has_value()) {
    call_started_ = parts().options.clock->Now();
    call_watch_.emplace();
  }
  call_ = start_.channel->Start(std::move(call), *this);
  call_->Pull();
}

void Transaction::CallWith(std::string message) {
  if (absl::Status fits = CheckSize(message); !fits.ok()) return FailBody(fits);
  StartCall();
  call_->Send(std::move(message));
  call_->FinishSending();
}

absl::Status Transaction::CheckSize(absl::string_view message) const {
  std::size_t limit = parts().options.max_message_bytes;
  if (message.size() <= limit) return absl::OkStatus();
  return absl::OutOfRangeError(absl::StrCat("the request is a message of ", message.size(),
                                            " bytes; the limit is ", limit,
                                            " (--max_message_bytes)"));
}

void Transaction::SendOn(grpc_client::Message message, std::function<void()> sent) {
  if (stall_guard() == nullptr) return call_->Send(std::move(message), std::move(sent));
  stall_guard()->Start();
  call_->Send(std::move(message), [this, sent = std::move(sent)] {
    stall_guard()->Stop();
    sent();
  });
}

void Transaction::OnStall() {
  // The connection knows how long that may take.
  if (answer_.is_writing()) return stall_guard()->Start();
  absl::Status problem = absl::DeadlineExceededError(
      absl::StrCat("for ", absl::FormatDuration(parts().options.stream_idle_timeout),
                   " the service has taken nothing of the request and answered nothing "
                   "(--stream_idle_timeout)"));
  CountStall("service", problem);
  FailWith(problem);
}

void Transaction::CountStall(absl::string_view side, const absl::Status& problem) {
  parts()
      .metrics
      .Counter("triad_gateway_stalled_total", "Requests ended because one side did not move",
               {{"side", std::string(side)}})
      .Increment();
  scope_.set_problem(problem);
  log::Warning("request stalled", {{"route", route().path_template},
                                   {"side", side},
                                   {"error", problem.message()},
                                   {"request_id", scope_.request_id()}});
}

void Transaction::OnInitialMetadata(const grpc_client::Metadata& metadata) {
  TakeFacts(metadata);
  // The service has the request, or else it still comes, piece by piece.
  if (!route().method->client_streaming()) {
    ReserveBody(0);
    scope_.exchange().ForgetFields();
  }
  answer_.OnBegin();
}

void Transaction::OnMessage(std::string message) {
  if (stall_guard() != nullptr) stall_guard()->OnMoved();
  // The answer holds it whole until the call ends. What a stream sends goes on at once.
  bool held = !route().method->server_streaming() && message.size() > kSmallBytes;
  if (held && !Reserve(message.size())) return FailForMemory();
  answer_.OnMessage(std::move(message));
}

void Transaction::OnDone(const grpc_client::CallResult& result) {
  ended_ = true;
  RecordCall(result.status.code());
  TakeFacts(result.trailers);
  answer_.OnDone(result);
}

void Transaction::TakeFacts(const grpc_client::Metadata& metadata) {
  if (std::exchange(has_facts_, true)) return;
  facts_ = FactsFrom(metadata);
}

void Transaction::RecordCall(absl::StatusCode code) {
  scope_.set_call(start_.channel->target(), code);
  if (!start_.call_trace.has_value()) return;
  Span span;
  span.trace = *std::exchange(start_.call_trace, std::nullopt);
  span.name = route().grpc_path.substr(1);
  span.kind = SpanKind::kClient;
  span.start = call_started_;
  span.end = call_started_ + call_watch_->elapsed();
  span.failed = code != absl::StatusCode::kOk;
  if (span.failed) span.message = absl::StatusCodeToString(code);
  span.attributes = RpcAttributes(span.name, code);
  span.attributes.emplace_back("server.address", start_.channel->target());
  parts().options.tracer->Record(std::move(span));
}

bool Transaction::bodiless() const {
  return scope_.is_head() || http::IsBodiless(facts_.status.value_or(200));
}

bool Transaction::IsCoded(const http::ResponseHead& head) const {
  return parts().options.compression && MayBeCoded(route(), head);
}

AcceptedCodings Transaction::CodingsFor(const http::ResponseHead& head) const {
  // Most clients that are programs take none, and need no look at the head.
  bool takes_any = start_.codings.whole != http::Coding::kIdentity;
  return takes_any && !bodiless() && IsCoded(head) ? start_.codings : AcceptedCodings{};
}

http::ResponseHead Transaction::Head(absl::string_view content_type) const {
  http::ResponseHead head;
  head.status = facts_.status.value_or(200);
  for (const auto& [name, value] : facts_.headers) head.headers.Add(name, value);
  bool needs_type = !http::IsBodiless(head.status) && !head.headers.Find("content-type");
  if (needs_type) head.headers.Add("Content-Type", std::string(content_type));
  if (head.status == kNotModified) SetTagCoding(head, start_.codings.tag);
  return head;
}

void Transaction::Respond(http::ResponseHead head, http::Body body) {
  if (body.own_size() > kSmallBytes && !Reserve(body.own_size())) return FailForMemory();
  int status = head.status;
  scope_.Respond(std::move(head), std::move(body));
  Finish(status);
}

void Transaction::DropCall() {
  bool runs = call_ != nullptr && !std::exchange(ended_, true);
  if (runs) RecordCall(absl::StatusCode::kCancelled);
  call_.reset();
}

void Transaction::Fail(const grpc_client::CallResult& result) {
  if (response_started()) return answer_.Fail(result);
  scope_.set_problem(result.status);
  ErrorAnswer answer = errors().Answer(result.status, result.details, facts_);
  int status = answer.head.status;
  answer = answer_.FormOf(std::move(answer), result.status.code());
  scope_.Respond(std::move(answer.head), std::move(answer.body));
  Finish(status);
}

void Transaction::Fail(const absl::Status& status) {
  Fail(grpc_client::CallResult{status, "", {}});
}

void Transaction::FailBody(const absl::Status& status) {
  if (status.code() == absl::StatusCode::kUnavailable) return Cancel();
  if (status.code() == absl::StatusCode::kDeadlineExceeded) CountStall("client", status);
  FailWith(status);
}

void Transaction::FailClient(const absl::Status& status) {
  if (status.code() == absl::StatusCode::kDeadlineExceeded) CountStall("client", status);
  Cancel();
}

void Transaction::FailWith(const absl::Status& status) {
  if (response_started()) return answer_.Fail({status, "", {}});
  ErrorAnswer answer = errors().Answer(status, BodyErrorStatus(status));
  Respond(std::move(answer.head), std::move(answer.body));
}

bool Transaction::StartResponse(http::ResponseHead head,
                                std::optional<std::uint64_t> content_length) {
  status_ = head.status;
  scope_.StartResponse(std::move(head), content_length);
  if (!bodiless()) return true;
  FinishResponse();
  return false;
}

void Transaction::FinishResponse() {
  scope_.exchange().FinishResponse();
  Finish(*status_);
}

void Transaction::FailResponse() {
  scope_.exchange().FailResponse();
  Finish(*status_);
}

void Transaction::Finish(int status) {
  for (std::uint64_t conversion : conversions_) {
    if (conversion != 0) start_.conversions->Drop(conversion);
  }
  DropCall();
  scope_.Finish(status);
  owner_.erase(self_);
}

}  // namespace triad::gateway

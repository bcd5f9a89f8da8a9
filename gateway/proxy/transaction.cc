#include "gateway/proxy/transaction.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/proxy/body/raw_upload.h"
#include "gateway/proxy/body/whole_body.h"
#include "gateway/transcoding/request_builder.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

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

Transaction::Transaction(RequestScope scope, TransactionStart start)
    : scope_(std::move(scope)), start_(std::move(start)) {
  const auto* method = route().method;
  if (method->client_streaming() || method->server_streaming()) scope_.set_stream();
}

Transaction::~Transaction() = default;

void Transaction::Begin() {
  self_ = shared_from_this();
  scope_.exchange().OnClientLeft([weak = weak_from_this()] {
    if (auto self = weak.lock()) self->End(kClientLeft);
  });
  if (route().method->client_streaming()) return Upload();
  if (!route().body.empty()) return CollectBody();
  StartCall();
  SendOnly(std::move(start_.fields));
}

void Transaction::CollectBody() {
  // Before a client that asked whether to continue is told to.
  std::size_t limit = start_.limits->max_body_bytes;
  if (scope_.request().content_length.value_or(0) > limit) {
    return OnBodyError(absl::OutOfRangeError(absl::StrCat("the body is over ", limit, " bytes")));
  }
  CollectWholeBody(scope_.shared_exchange(), limit,
                   [weak = weak_from_this()](absl::StatusOr<std::string> body) {
                     if (auto self = weak.lock()) self->OnWholeBody(std::move(body));
                   });
}

void Transaction::OnWholeBody(absl::StatusOr<std::string> body) {
  if (!body.ok()) return OnBodyError(body.status());
  absl::StatusOr<std::string> message = RequestMessage(*body);
  if (!message.ok()) return RespondError(message.status());
  StartCall();
  SendOnly(*std::move(message));
}

absl::StatusOr<std::string> Transaction::RequestMessage(const std::string& body) const {
  if (TakesRawBody(route())) {
    return RawBodyMessage(route(), start_.fields,
                          scope_.request().headers.Find("content-type").value_or(""), body);
  }
  if (body.empty()) return start_.fields;
  TRIAD_ASSIGN_OR_RETURN(std::string message, BindBody(route(), *start_.codec, body));
  // Later bytes win: the path over the body.
  message += start_.fields;
  return message;
}

void Transaction::Upload() {
  StartCall();
  upload_ = std::make_shared<RawUpload>(
      scope_.shared_exchange(), *call_, route(), std::move(start_.fields),
      [this](const absl::Status& status) { OnBodyError(status); });
  upload_->Begin();
}

void Transaction::OnBodyError(const absl::Status& status) {
  if (status.code() == absl::StatusCode::kUnavailable) return End(kClientLeft);
  HttpFacts facts;
  facts.status = BodyErrorStatus(status);
  ErrorAnswer answer = scope_.errors().Answer(status, {}, facts);
  Respond(std::move(answer.head), std::move(answer.body));
}

void Transaction::StartCall() {
  grpc_client::CallStart call;
  call.path = route().grpc_path;
  call.metadata = std::move(start_.metadata);
  bool unary = !route().method->client_streaming() && !route().method->server_streaming();
  if (unary) call.timeout = start_.limits->request_timeout;
  if (start_.call_trace.has_value()) call_started_ = scope_.clock().Now();
  call_ = start_.channel->Start(std::move(call), *this);
  call_->Pull();
}

void Transaction::OnDone(const grpc_client::CallResult& result) {
  RecordCall(result.status.code());
  OnCallDone(result);
}

void Transaction::RecordCall(absl::StatusCode code) {
  if (!start_.call_trace.has_value()) return;
  Span span;
  span.trace = *std::exchange(start_.call_trace, std::nullopt);
  span.name = route().grpc_path.substr(1);
  span.kind = SpanKind::kClient;
  span.start = call_started_;
  span.end = scope_.clock().Now();
  span.failed = code != absl::StatusCode::kOk;
  if (span.failed) span.message = absl::StatusCodeToString(code);
  span.attributes = RpcAttributes(span.name, code);
  span.attributes.emplace_back("server.address", start_.channel->target());
  scope_.tracer().Record(std::move(span));
}

void Transaction::SendOnly(std::string message) {
  call_->Send(std::move(message));
  call_->FinishSending();
}

void Transaction::TakeFacts(const grpc_client::Metadata& metadata) {
  if (std::exchange(has_facts_, true)) return;
  facts_ = FactsFrom(metadata);
}

bool Transaction::bodiless() const {
  return scope_.is_head() || http::IsBodiless(facts_.status.value_or(200));
}

http::ResponseHead Transaction::HeadFrom(const HttpFacts& facts,
                                         absl::string_view content_type) const {
  http::ResponseHead head;
  head.status = facts.status.value_or(200);
  for (const auto& [name, value] : facts.headers) head.headers.Add(name, value);
  bool needs_type = !content_type.empty() && !http::IsBodiless(head.status);
  if (needs_type && !head.headers.Find("content-type").has_value()) {
    head.headers.Add("Content-Type", std::string(content_type));
  }
  return head;
}

void Transaction::Respond(http::ResponseHead head, std::string body) {
  int status = head.status;
  scope_.Respond(std::move(head), std::move(body));
  End(status);
}

void Transaction::RespondError(const grpc_client::CallResult& result) {
  scope_.set_problem(result.status);
  ErrorAnswer answer = scope_.errors().Answer(result.status, result.details, facts_);
  Respond(std::move(answer.head), std::move(answer.body));
}

void Transaction::RespondError(const absl::Status& status) {
  RespondError(grpc_client::CallResult{status, "", {}});
}

void Transaction::End(int status) {
  if (self_ == nullptr) return;
  upload_.reset();
  if (call_ != nullptr) RecordCall(absl::StatusCode::kCancelled);
  call_.reset();
  hook.unlink();
  scope_.End(status);
  std::shared_ptr<Transaction> last = std::move(self_);
}

}  // namespace triad::gateway

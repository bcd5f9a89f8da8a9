#include "runtime/rpc/admission/call_context.h"

#include <google/protobuf/message.h>
#include <grpc/support/time.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/status.h"
#include "runtime/io/executor.h"
#include "runtime/rpc/admission/admission.h"
#include "runtime/rpc/admission/answer_memory.h"
#include "runtime/rpc/admission/guard.h"
#include "runtime/rpc/admission/resource.h"
#include "runtime/rpc/wire/codec.h"
#include "runtime/rpc/wire/encoded_codec.h"
#include "runtime/rpc/wire/metadata.h"
#include "runtime/rpc/wire/status_mapping.h"
#include "runtime/telemetry/error_report.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::rpc {
namespace {

absl::string_view View(const grpc::string_ref& text) { return {text.data(), text.size()}; }

// As OpenTelemetry tells them from what a caller did wrong.
bool IsServersFault(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDataLoss:
      return true;
    default:
      return false;
  }
}

log::Level LevelOf(absl::StatusCode code, bool draining) {
  if (code == absl::StatusCode::kOk) return log::Level::kDebug;
  bool expected = code == absl::StatusCode::kDeadlineExceeded ||
                  (code == absl::StatusCode::kUnavailable && draining);
  return IsServersFault(code) && !expected ? log::Level::kWarning : log::Level::kInfo;
}

}  // namespace

absl::Status CallerLeft() { return absl::CancelledError("the caller went away"); }

CallContext::CallContext(const Method& method, grpc::CallbackServerContext& context)
    : admission_(method.admission()),
      method_(method),
      context_(context),
      watch_(*admission_.options().clock) {
  method_.Began();
}

CallContext::~CallContext() {
  if (breaker_ != nullptr) breaker_->Forget();
}

absl::Status CallContext::Admit() const {
  if (admission_.draining()) {
    return WithRetryDelay(absl::UnavailableError("the server is shutting down"), absl::Seconds(1));
  }
  TRIAD_RETURN_IF_ERROR(Authorize());
  return CheckDeadline();
}

absl::Status CallContext::ParseRequest(const grpc::ByteBuffer& bytes,
                                       google::protobuf::Message& message) const {
  TRIAD_RETURN_IF_ERROR(Parse(bytes, message));
  return method_.Validate(bytes);
}

absl::Status CallContext::Authorize() const {
  return method_.needs_token() ? CheckToken() : absl::OkStatus();
}

absl::Status CallContext::CheckToken() const {
  absl::Status status = admission_.tokens().Check(RawHeader("authorization"));
  if (status.ok() || !admission_.WantsRefused()) return status;
  std::string resource;
  if (request_ != nullptr) resource = ResourceOf(method_.request_type(), *request_);
  admission_.Refused(*this, status, std::move(resource));
  return status;
}

RequestOrigin CallContext::origin() const {
  RequestOrigin origin;
  origin.method = std::string(method_.full_name());
  bool known =
      admission_.tokens().needed() && admission_.tokens().Check(RawHeader("authorization")).ok();
  if (known) origin.principal = "token";
  origin.peer = context_.peer();
  origin.address = std::string(RawHeader(kClientAddress));
  return origin;
}

absl::Status CallContext::CheckDeadline() const {
  if (time_left() > absl::ZeroDuration()) return absl::OkStatus();
  return absl::DeadlineExceededError("the deadline passed before the call was begun");
}

absl::Status CallContext::StillWanted() const {
  if (cancelled()) return CallerLeft();
  return CheckDeadline();
}

void CallContext::Enqueue(std::function<void(absl::Status)> begin) {
  absl::Status admitted = Admit();
  if (!admitted.ok()) return begin(std::move(admitted));
  begin_ = std::move(begin);
  absl::Status queued =
      admission_.options().executor->Submit([this] { Begin(StillWanted()); }, method_.lane());
  if (queued.ok()) return;
  admission_.CountRefusal();
  Begin(std::move(queued));
}

void CallContext::Begin(absl::Status status) {
  // Not as a member: this object may be gone before it returns.
  std::function<void(absl::Status)> begin = std::move(begin_);
  begin(std::move(status));
}

void CallContext::Continue(std::function<void()> task) {
  admission_.options().executor->Continue(std::move(task), method_.lane());
}

absl::Status CallContext::Guard(absl::FunctionRef<absl::Status()> handler) const {
  WorkingFor scope(this);
  return Guarded(method_.full_name(), handler);
}

std::shared_ptr<CallBreaker> CallContext::breaker() {
  if (breaker_ == nullptr) breaker_ = std::make_shared<CallBreaker>(context_);
  return breaker_;
}

absl::Status CallContext::SerializeAnswer(const google::protobuf::Message& message,
                                          grpc::ByteBuffer& bytes) {
  return Answer(message, message.ByteSizeLong(), bytes);
}

absl::Status CallContext::SerializeAnswer(const EncodedBytes& message, grpc::ByteBuffer& bytes) {
  return Answer(message, message.size(), bytes);
}

template <typename Message>
absl::Status CallContext::Answer(const Message& message, std::size_t size,
                                 grpc::ByteBuffer& bytes) {
  MemoryBudget* budget = admission_.options().answers;
  if (budget == nullptr || size <= kSmallAnswer) return Serialize(message, bytes);
  // On a thread of the executor, as gRPC may free answers while it cancels a call.
  auto break_off = [breaker = breaker(), executor = admission_.options().executor] {
    executor->Continue([breaker] { breaker->Break(); }, Lane::kRead);
  };
  return SerializeHeld(message, *budget, AnswerPeer(context_), std::move(break_off), bytes);
}

std::size_t CallContext::RoomForAnswer(std::size_t wanted) const {
  MemoryBudget* budget = admission_.options().answers;
  return budget == nullptr ? wanted : rpc::RoomForAnswer(*budget, wanted);
}

void CallContext::FillInitialMetadata() {
  if (std::exchange(initial_metadata_filled_, true)) return;
  for (const auto& [name, value] : http_facts_) context_.AddInitialMetadata(name, value);
}

grpc::Status CallContext::Finish(const absl::Status& status) {
  if (status.ok()) {
    FillInitialMetadata();
  } else if (!initial_metadata_filled_) {
    // Without initial metadata of ours the reply has only trailers.
    for (const auto& [name, value] : http_facts_) context_.AddTrailingMetadata(name, value);
  }
  absl::Duration took = watch_.elapsed();
  bool recorded = tracer().on() && tracer().Records(trace());
  method_.Ended(status.code(), took, recorded ? trace().trace_id : absl::string_view());
  if (recorded) RecordSpan(status.code(), took);
  if (admission_.options().errors != nullptr && IsReported(status.code())) Report(status);
  LogEnd(status, took);
  return ToGrpcStatus(status);
}

void CallContext::LogEnd(const absl::Status& status, absl::Duration took) const {
  log::Level level = LevelOf(status.code(), admission_.draining());
  if (!log::Enabled(level)) return;
  // What is overloaded says so to everybody.
  if (absl::IsUnavailable(status)) {
    std::optional<std::int64_t> held_back = admission_.unavailable_lines().Admit();
    if (!held_back.has_value()) return;
    if (*held_back > 0) log::Write(level, "more calls were UNAVAILABLE", {{"calls", *held_back}});
  }
  log::Write(level, "call",
             {{"method", method_.full_name()},
              {"code", absl::StatusCodeToString(status.code())},
              {"error", status.message()},
              {"duration_ms", absl::ToDoubleMilliseconds(took)},
              {"request_id", request_id()},
              {"trace_id", trace().trace_id}});
}

void CallContext::RecordSpan(absl::StatusCode code, absl::Duration took) const {
  Span span;
  span.trace = trace();
  span.name = method_.full_name();
  span.kind = SpanKind::kServer;
  span.end = admission_.options().clock->Now();
  span.start = span.end - took;
  span.failed = IsServersFault(code);
  if (span.failed) span.message = absl::StatusCodeToString(code);
  span.attributes = RpcAttributes(method_.full_name(), code);
  span.attributes.emplace_back("triad.request_id", std::string(request_id()));
  tracer().Record(std::move(span));
}

void CallContext::Report(const absl::Status& status) const {
  ErrorReport report;
  report.kind = absl::StrCat(absl::StatusCodeToString(status.code()), " in ", method_.full_name());
  report.message = std::string(status.message());
  report.request_id = std::string(request_id());
  report.trace_id = trace().trace_id;
  report.span_id = trace().span_id;
  report.fields = {{"method", method_.full_name()}};
  admission_.options().errors->Report(std::move(report));
}

absl::string_view CallContext::request_id() const {
  if (request_id_.empty()) {
    request_id_ = RequestIdFrom(RawHeader("x-request-id"), *admission_.options().random);
  }
  return request_id_;
}

const TraceContext& CallContext::trace() const {
  if (!trace_) {
    trace_ = tracer().Continue(RawHeader("traceparent"), RawHeader("tracestate"));
  }
  return *trace_;
}

const Tracer& CallContext::tracer() const { return *admission_.options().tracer; }

absl::Duration CallContext::time_left() const {
  gpr_timespec by = context_.raw_deadline();
  if (gpr_time_cmp(by, gpr_inf_future(by.clock_type)) == 0) return absl::InfiniteDuration();
  gpr_timespec left =
      gpr_time_sub(gpr_convert_clock_type(by, GPR_CLOCK_MONOTONIC), gpr_now(GPR_CLOCK_MONOTONIC));
  // gRPC knows the system's clock alone; a test's may be ahead of it.
  absl::Duration ahead = admission_.options().clock->Steady() - Clock::System().Steady();
  return absl::Seconds(left.tv_sec) + absl::Nanoseconds(left.tv_nsec) - ahead;
}

bool CallContext::cancelled() const { return context_.IsCancelled(); }

absl::string_view CallContext::RawHeader(absl::string_view name) const {
  const auto& metadata = context_.client_metadata();
  auto found = metadata.find(grpc::string_ref(name.data(), name.size()));
  return found == metadata.end() ? absl::string_view() : View(found->second);
}

std::optional<std::string> CallContext::Header(absl::string_view name) const {
  auto [first, end] =
      context_.client_metadata().equal_range(grpc::string_ref(name.data(), name.size()));
  if (first == end) return std::nullopt;
  return absl::StrJoin(first, end, ", ", [](std::string* out, const auto& line) {
    absl::StrAppend(out, View(line.second));
  });
}

std::vector<std::pair<std::string, std::string>> CallContext::HeadersWithPrefix(
    absl::string_view prefix) const {
  std::vector<std::pair<std::string, std::string>> headers;
  const auto& metadata = context_.client_metadata();
  auto at = metadata.lower_bound(grpc::string_ref(prefix.data(), prefix.size()));
  for (; at != metadata.end() && absl::StartsWith(View(at->first), prefix); ++at) {
    headers.emplace_back(View(at->first), View(at->second));
  }
  return headers;
}

void CallContext::SetHttpStatus(int status) { SetFact("http-status", absl::StrCat(status)); }

void CallContext::SetHttpHeader(absl::string_view name, absl::string_view value) {
  SetFact(absl::StrCat("http-header-", absl::AsciiStrToLower(name)), value);
}

void CallContext::SetFact(std::string name, absl::string_view value) {
  absl::Status legal = CheckMetadata(name, value);
  if (!legal.ok()) {
    log::Warning("http header dropped",
                 {{"method", method_.full_name()}, {"error", legal.message()}});
    return;
  }
  for (auto& [known, old] : http_facts_) {
    if (known == name) {
      old = std::string(value);
      return;
    }
  }
  http_facts_.emplace_back(std::move(name), value);
}

}  // namespace triad::rpc

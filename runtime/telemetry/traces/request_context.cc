#include "runtime/telemetry/traces/request_context.h"

#include <utility>

namespace triad {
namespace {

thread_local const RequestContext* current = nullptr;

}  // namespace

const RequestContext* CurrentRequest() { return current; }

absl::string_view CurrentRecordedTrace() {
  const bool recorded =
      current != nullptr && current->tracer().on() && current->tracer().Records(current->trace());
  return recorded ? absl::string_view(current->trace().trace_id) : absl::string_view();
}

WorkingFor::WorkingFor(const RequestContext* request) : before_(std::exchange(current, request)) {}

WorkingFor::~WorkingFor() { current = before_; }

ChildSpan::ChildSpan(const char* name, SpanKind kind) {
  if (CurrentRecordedTrace().empty()) return;
  tracer_ = &current->tracer();
  span_.trace = tracer_->Child(current->trace());
  span_.name = name;
  span_.kind = kind;
  span_.start = tracer_->clock().Now();
  watch_.emplace(tracer_->clock());
}

ChildSpan::~ChildSpan() {
  if (tracer_ == nullptr) return;
  span_.end = span_.start + watch_->elapsed();
  tracer_->Record(std::move(span_));
}

void ChildSpan::Set(const char* attribute, absl::string_view value) {
  if (tracer_ != nullptr) span_.attributes.emplace_back(attribute, std::string(value));
}

void ChildSpan::End(const absl::Status& status) {
  if (tracer_ == nullptr || status.ok()) return;
  span_.failed = true;
  span_.message = absl::StatusCodeToString(status.code());
}

}  // namespace triad

#include "gateway/proxy/request/request_log.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::gateway {
namespace {

// What counts as a failure is there with 0 before the first one: of a series that
// begins with its failures, no rate can be told.
constexpr int kFailures[] = {500, 503, 504};

// Methods come from outside: those that are none become one label.
absl::string_view MethodLabel(absl::string_view method) {
  static constexpr absl::string_view kMethods[] = {"GET",    "HEAD",  "POST",   "PUT",
                                                   "DELETE", "PATCH", "OPTIONS"};
  const auto* found = std::find(std::begin(kMethods), std::end(kMethods), method);
  return found == std::end(kMethods) ? "other" : *found;
}

}  // namespace

RequestLog::RequestLog(Metrics& metrics, const Tracer& tracer, ErrorSink* errors)
    : metrics_(metrics),
      tracer_(tracer),
      errors_(errors),
      in_flight_(metrics.Gauge("triad_gateway_in_flight", "Requests being answered")) {}

void RequestLog::Finish(const RequestRecord& record) {
  in_flight_.Decrement();
  bool recorded = tracer_.Records(record.trace);
  Route& route = routes_[record.route];
  Counter(route, *record.route, MethodLabel(record.method), record.status).Increment();
  if (!record.stream) {
    if (route.latency == nullptr) {
      route.latency = &metrics_.LatencySeconds("triad_gateway_latency_seconds",
                                               "From a request's head to the end of its answer",
                                               {{"route", *record.route}});
    }
    route.latency->Observe(absl::ToDoubleSeconds(record.duration),
                           recorded ? record.trace.trace_id : absl::string_view());
  }
  if (recorded) RecordSpan(record);
  if (errors_ != nullptr && IsReported(record.problem.code())) Report(record);
  log::Info("request", {{"method", MethodLabel(record.method)},
                        {"route", *record.route},
                        {"status", record.status},
                        {"duration_ms", absl::ToDoubleMilliseconds(record.duration)},
                        {"client", record.client},
                        {"request_id", record.request_id},
                        {"trace_id", record.trace.trace_id}});
}

void RequestLog::RecordSpan(const RequestRecord& record) const {
  Span span;
  span.trace = record.trace;
  span.name = absl::StrCat(MethodLabel(record.method), " ", *record.route);
  span.kind = SpanKind::kServer;
  span.start = record.started;
  span.end = record.started + record.duration;
  span.failed = record.status >= 500;
  span.attributes = {{"http.request.method", std::string(MethodLabel(record.method))},
                     {"http.route", *record.route},
                     {"http.response.status_code", static_cast<std::int64_t>(record.status)},
                     {"triad.request_id", record.request_id}};
  tracer_.Record(std::move(span));
}

void RequestLog::Report(const RequestRecord& record) const {
  ErrorReport report;
  report.kind = absl::StrCat(absl::StatusCodeToString(record.problem.code()), " at ",
                             MethodLabel(record.method), " ", *record.route);
  report.message = std::string(record.problem.message());
  report.request_id = record.request_id;
  report.trace_id = record.trace.trace_id;
  report.span_id = record.trace.span_id;
  report.fields = {{"route", *record.route}, {"status", absl::StrCat(record.status)}};
  errors_->Report(std::move(report));
}

prometheus::Counter& RequestLog::Counter(Route& route, const std::string& name,
                                         absl::string_view method, int status) {
  bool first = true;
  for (const auto& [key, counter] : route.counters) {
    if (key.first != method) continue;
    if (key.second == status) return *counter;
    first = false;
  }
  if (first) {
    for (int failure : kFailures) Add(route, name, method, failure);
  }
  return Add(route, name, method, status);
}

prometheus::Counter& RequestLog::Add(Route& route, const std::string& name,
                                     absl::string_view method, int status) {
  prometheus::Counter& counter = metrics_.Counter(
      "triad_gateway_requests_total", "Requests answered, by route, method and status",
      {{"route", name}, {"method", std::string(method)}, {"code", absl::StrCat(status)}});
  route.counters.push_back({{method, status}, &counter});
  return counter;
}

}  // namespace triad::gateway

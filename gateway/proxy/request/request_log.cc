#include "gateway/proxy/request/request_log.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/telemetry/logs/chosen_fields.h"

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

struct KnownField {
  const char* name;
  log::Field (*of)(const char* name, const RequestRecord& record);
  bool is_usual = true;
};

template <std::string RequestDetails::*member>
log::Field Detail(const char* name, const RequestRecord& record) {
  return {name, (*record.details).*member};
}

constexpr KnownField kFields[] = {
    {"method",
     [](const char* name, const RequestRecord& record) -> log::Field {
       return {name, MethodLabel(record.method)};
     }},
    {"route",
     [](const char* name, const RequestRecord& record) -> log::Field {
       return {name, *record.route};
     }},
    {"status",
     [](const char* name, const RequestRecord& record) -> log::Field {
       return {name, record.status};
     }},
    {"duration_ms",
     [](const char* name, const RequestRecord& record) -> log::Field {
       return {name, absl::ToDoubleMilliseconds(record.duration)};
     }},
    {"client",
     [](const char* name, const RequestRecord& record) -> log::Field {
       return {name, record.client};
     }},
    {"request_id",
     [](const char* name, const RequestRecord& record) -> log::Field {
       return {name, record.request_id};
     }},
    {"trace_id",
     [](const char* name, const RequestRecord& record) -> log::Field {
       return {name, record.trace.trace_id};
     }},
    {"path", Detail<&RequestDetails::path>, false},
    {"host", Detail<&RequestDetails::host>, false},
    {"user_agent", Detail<&RequestDetails::user_agent>, false},
    {"referer", Detail<&RequestDetails::referer>, false},
    {"upstream",
     [](const char* name, const RequestRecord& record) -> log::Field {
       return {name, record.target == nullptr ? absl::string_view() : *record.target};
     },
     false},
    {"grpc_status",
     [](const char* name, const RequestRecord& record) -> log::Field {
       return {name, record.target == nullptr ? -1 : static_cast<int>(record.call_code)};
     },
     false},
};

std::vector<std::string> NamesOf(bool with_unusual) {
  std::vector<std::string> names;
  for (const KnownField& field : kFields) {
    if (with_unusual || field.is_usual) names.emplace_back(field.name);
  }
  return names;
}

}  // namespace

std::vector<std::string> AccessLogFields::Known() { return NamesOf(true); }
std::vector<std::string> AccessLogFields::Usual() { return NamesOf(false); }

absl::StatusOr<AccessLogFields> AccessLogFields::Create(const std::vector<std::string>& names) {
  AccessLogFields fields;
  for (const std::string& name : names) {
    const KnownField* found =
        std::find_if(std::begin(kFields), std::end(kFields),
                     [&](const KnownField& field) { return field.name == name; });
    if (found == std::end(kFields)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--access_log_fields: '", name, "' is none of ", absl::StrJoin(Known(), ", ")));
    }
    fields.fields_.push_back(static_cast<std::size_t>(found - std::begin(kFields)));
    fields.need_details_ |= !found->is_usual;
  }
  return fields;
}

void AccessLogFields::Write(const RequestRecord& record) const {
  if (!log::Enabled(log::Level::kInfo)) return;
  thread_local std::vector<log::Field> values;
  values.clear();
  for (std::size_t field : fields_) {
    values.push_back(kFields[field].of(kFields[field].name, record));
  }
  log::WriteChosen(log::Level::kInfo, "request", values);
}

RequestLog::RequestLog(Metrics& metrics, const Tracer& tracer, ErrorSink* errors,
                       const AccessLogFields& fields)
    : metrics_(metrics),
      tracer_(tracer),
      errors_(errors),
      fields_(fields),
      in_flight_(metrics.Gauge("triad_gateway_in_flight", "Requests being answered")) {}

void RequestLog::Finish(const RequestRecord& record) {
  in_flight_.Decrement();
  bool recorded = tracer_.Records(record.trace);
  Route& route = routes_[record.route];
  if (route.name != *record.route) route = Route(*record.route);
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
  if (record.target != nullptr) CountCall(route, record);
  if (recorded) RecordSpan(record);
  if (errors_ != nullptr && IsReported(record.problem.code())) Report(record);
  fields_.Write(record);
}

void RequestLog::CountCall(Route& route, const RequestRecord& record) {
  std::pair<const std::string*, absl::StatusCode> key(record.target, record.call_code);
  auto found = std::find_if(route.calls.begin(), route.calls.end(),
                            [&](const auto& call) { return call.first == key; });
  if (found != route.calls.end()) return found->second->Increment();
  prometheus::Counter& counter = metrics_.Counter(
      "triad_gateway_calls_total", "Calls of services, by route, address and code of gRPC",
      {{"route", *record.route},
       {"target", *record.target},
       {"code", absl::StatusCodeToString(record.call_code)}});
  route.calls.emplace_back(key, &counter);
  counter.Increment();
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

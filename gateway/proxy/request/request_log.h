// Metrics and the access log: what the gateway tells about each request.
#pragma once

#include <string>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/telemetry/error_report.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "runtime/telemetry/traces/span.h"

namespace triad::gateway {

struct RequestRecord {
  TraceContext trace;
  std::string request_id;
  std::string client;        // its address
  absl::Time started;        // only if the trace is recorded
  absl::string_view method;  // as it came
  // A route's template, or "/api/health", "/openapi.json", "site", "none".
  const std::string* route = nullptr;
  int status = 0;  // 499 if the client left first
  absl::Duration duration;
  bool stream = false;  // lasts as its client wants, so it has no latency
  // The error that was answered, if any.
  absl::Status problem;
};

// Of one loop: what it keeps is not shared with other loops.
class RequestLog {
 public:
  // `errors` may be null.
  RequestLog(Metrics& metrics, const Tracer& tracer, ErrorSink* errors);

  const Tracer& tracer() const { return tracer_; }

  void Begin() { in_flight_.Increment(); }
  void Finish(const RequestRecord& record);

 private:
  struct Route {
    LatencyHistogram* latency = nullptr;
    // By method and status: a handful each.
    std::vector<std::pair<std::pair<absl::string_view, int>, prometheus::Counter*>> counters;
  };
  prometheus::Counter& Counter(Route& route, const std::string& name, absl::string_view method,
                               int status);
  prometheus::Counter& Add(Route& route, const std::string& name, absl::string_view method,
                           int status);

  void RecordSpan(const RequestRecord& record) const;
  void Report(const RequestRecord& record) const;

  Metrics& metrics_;
  const Tracer& tracer_;
  ErrorSink* const errors_;
  prometheus::Gauge& in_flight_;
  std::unordered_map<const std::string*, Route> routes_;
};

}  // namespace triad::gateway

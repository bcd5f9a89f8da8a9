// Metrics and the access log: what the gateway tells about each request.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/telemetry/metrics.h"

namespace triad::gateway {

struct RequestRecord {
  absl::string_view method;  // as it came
  // A route's template, or "/api/health", "/openapi.json", "site", "none".
  const std::string* route = nullptr;
  int status = 0;  // 499 if the client left first
  absl::Duration duration;
  bool stream = false;  // lasts as its client wants, so it has no latency
  absl::string_view request_id;
  absl::string_view trace_id;
};

// Of one loop: what it keeps is not shared with other loops.
class RequestLog {
 public:
  explicit RequestLog(Metrics& metrics);

  void Begin() { in_flight_.Increment(); }
  void End(const RequestRecord& record);

 private:
  struct Route {
    prometheus::Histogram* latency = nullptr;
    // By method and status: a handful each.
    std::vector<std::pair<std::pair<absl::string_view, int>, prometheus::Counter*>> counters;
  };
  prometheus::Counter& Counter(Route& route, const std::string& name, absl::string_view method,
                               int status);
  prometheus::Counter& Add(Route& route, const std::string& name, absl::string_view method,
                           int status);

  Metrics& metrics_;
  prometheus::Gauge& in_flight_;
  std::unordered_map<const std::string*, Route> routes_;
};

}  // namespace triad::gateway

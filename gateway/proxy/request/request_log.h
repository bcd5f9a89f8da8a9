// Metrics and the access log: what the gateway tells about each request.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/telemetry/error_report.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "runtime/telemetry/traces/span.h"

namespace triad::gateway {

// What an access log may have beside what is there of each request.
struct RequestDetails {
  std::string path;  // as it came, without its query, which may hold what is secret
  std::string host;
  std::string user_agent;
  std::string referer;
};

struct RequestRecord {
  TraceContext trace;
  std::string request_id;
  absl::string_view client;  // its address; only at the end
  absl::Time started;        // only if the trace is recorded
  absl::string_view method;  // as it came
  // A route's template, or "/api/health", "/openapi.json", "site", "none".
  const std::string* route = nullptr;
  int status = 0;  // 499 if the client left first
  absl::Duration duration;
  bool stream = false;  // lasts as its client wants, so it has no latency
  absl::StatusCode call_code = absl::StatusCode::kOk;  // how its call ended
  // Of the service that was called; null if none was. Outlives the log.
  const std::string* target = nullptr;
  // The error that was answered, if any.
  absl::Status problem;
  // Null unless the access log has some of it.
  std::unique_ptr<RequestDetails> details;
};

// The fields of a line of the access log.
class AccessLogFields {
 public:
  // Those that there are, and those that a line has where nobody says otherwise.
  static std::vector<std::string> Known();
  static std::vector<std::string> Usual();

  // INVALID_ARGUMENT for a name that is not known.
  static absl::StatusOr<AccessLogFields> Create(const std::vector<std::string>& names);

  // Whether one of them is of RequestDetails.
  bool need_details() const { return need_details_; }
  // Writes a line.
  void Write(const RequestRecord& record) const;

 private:
  std::vector<std::size_t> fields_;  // by their places in the table of all
  bool need_details_ = false;
};

// Of one loop: what it keeps is not shared with other loops.
class RequestLog {
 public:
  // `errors` may be null. `fields` must outlive it.
  RequestLog(Metrics& metrics, const Tracer& tracer, ErrorSink* errors,
             const AccessLogFields& fields);

  const Tracer& tracer() const { return tracer_; }
  bool needs_details() const { return fields_.need_details(); }

  void Begin() { in_flight_.Increment(); }
  void Finish(const RequestRecord& record);

 private:
  struct Route {
    Route() = default;
    explicit Route(const std::string& name) : name(name) {}

    std::string name;
    LatencyHistogram* latency = nullptr;
    // By method and status: a handful each.
    std::vector<std::pair<std::pair<absl::string_view, int>, prometheus::Counter*>> counters;
    // The same of its calls, by target and code.
    std::vector<std::pair<std::pair<const std::string*, absl::StatusCode>, prometheus::Counter*>>
        calls;
  };
  prometheus::Counter& Counter(Route& route, const std::string& name, absl::string_view method,
                               int status);
  prometheus::Counter& Add(Route& route, const std::string& name, absl::string_view method,
                           int status);

  void CountCall(Route& route, const RequestRecord& record);
  void RecordSpan(const RequestRecord& record) const;
  void Report(const RequestRecord& record) const;

  Metrics& metrics_;
  const Tracer& tracer_;
  ErrorSink* const errors_;
  const AccessLogFields& fields_;
  prometheus::Gauge& in_flight_;
  // By where their names are. Another route may have its name there when one is no more.
  std::unordered_map<const std::string*, Route> routes_;
};

}  // namespace triad::gateway

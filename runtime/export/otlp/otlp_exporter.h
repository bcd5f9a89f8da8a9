// Sends spans to an OpenTelemetry collector: OTLP over HTTP, in protobuf.
//
//   Add ─▶ queue ─▶ batch ─▶ POST <endpoint>/v1/traces
//
// A collector that is away costs spans, never requests: what does not fit the
// queue, or is not taken after a few attempts, is dropped and counted.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/http_client/post.h"
#include "runtime/telemetry/traces/span.h"

namespace triad {
class Metrics;
}

namespace triad::tracing {

struct OtlpOptions {
  // "http://collector:4318"; /v1/traces is added unless it ends in it.
  std::string endpoint = {};
  // File with a "Name: value" header per line, read for each batch, so that a
  // token in it may be rotated; empty: none.
  std::string headers_file = {};
  std::string ca_file = {};       // PEM; empty: the system's
  std::string service_name = {};  // of the binary
  std::string environment = {};   // may be empty
  std::size_t queue = 8192;       // spans that may wait
  std::size_t batch = 512;        // spans in one request
  absl::Duration delay = absl::Seconds(1);
  absl::Duration flush_timeout = absl::Seconds(3);  // at the end of the process
  http_client::PostPolicy post;
};

class OtlpExporter : public SpanSink {
 public:
  // INVALID_ARGUMENT that names --otlp_endpoint or --otlp_headers_file. `metrics`
  // must outlive it. Destroying it sends what is left, within flush_timeout.
  static absl::StatusOr<std::unique_ptr<OtlpExporter>> Start(OtlpOptions options, Metrics& metrics);
};

}  // namespace triad::tracing

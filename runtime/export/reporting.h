// What a process tells the outside of its own accord: traces and errors. Both
// are off until an address is given.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "runtime/telemetry/traces/span.h"

namespace triad {
class ErrorSink;
class Metrics;
class OptionParser;
}  // namespace triad

namespace triad::reporting {

struct ReportingOptions {
  std::string environment;
  std::string otlp_endpoint;  // empty: no traces
  std::string otlp_headers_file;
  double trace_sample_ratio = 1;
  std::string sentry_dsn;  // both empty: no error reports
  std::string sentry_dsn_file;
  std::string telemetry_ca_file;
  std::string crash_file;  // for KeepCrashesIn
};

// Declares the flags of the same names.
void Declare(OptionParser& parser, ReportingOptions& options);

// Thread-safe. While it lives, log lines of level error are reported, and so is
// an exception that ends the process. One per process.
class Reporting {
 public:
  // INVALID_ARGUMENT that names the flag. `metrics` must outlive it. Destroying it
  // sends what is left, which takes seconds at most.
  static absl::StatusOr<std::unique_ptr<Reporting>> Start(const std::string& service,
                                                          const ReportingOptions& options,
                                                          Metrics& metrics);
  virtual ~Reporting() = default;

  virtual const Tracer& tracer() const = 0;
  // Null if errors are not reported.
  virtual ErrorSink* errors() = 0;

  // Reports what an earlier process left in a file of its end by a signal, and keeps
  // there how this one ends: signal_crash.h. Once, at start.
  virtual absl::Status KeepCrashesIn(const std::string& path) = 0;
};

}  // namespace triad::reporting

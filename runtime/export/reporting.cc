#include "runtime/export/reporting.h"

#include <utility>

#include "runtime/base/options/options.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/export/crash.h"
#include "runtime/export/otlp/otlp_exporter.h"
#include "runtime/export/sentry/reporter.h"
#include "runtime/export/signal_crash.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::reporting {
namespace {

class ReportingImpl final : public Reporting {
 public:
  ReportingImpl(std::unique_ptr<tracing::OtlpExporter> exporter, double ratio,
                std::unique_ptr<error_reports::Reporter> reporter)
      : exporter_(std::move(exporter)),
        reporter_(std::move(reporter)),
        tracer_(Random::System(), Clock::System(), ratio, exporter_.get()) {
    if (reporter_ == nullptr) return;
    log::ReportErrorsTo(reporter_.get());
    ReportCrashesTo(reporter_.get());
  }
  ~ReportingImpl() override {
    if (reporter_ == nullptr) return;
    ReportCrashesTo(nullptr);
    log::ReportErrorsTo(nullptr);
  }

  const Tracer& tracer() const override { return tracer_; }
  ErrorSink* errors() override { return reporter_.get(); }
  absl::Status KeepCrashesIn(const std::string& path) override {
    return reporting::KeepCrashesIn(path, reporter_.get());
  }

 private:
  const std::unique_ptr<tracing::OtlpExporter> exporter_;
  const std::unique_ptr<error_reports::Reporter> reporter_;
  const Tracer tracer_;
};

absl::StatusOr<std::unique_ptr<tracing::OtlpExporter>> StartTraces(const std::string& service,
                                                                   const ReportingOptions& options,
                                                                   Metrics& metrics) {
  if (options.otlp_endpoint.empty()) return std::unique_ptr<tracing::OtlpExporter>();
  tracing::OtlpOptions otlp;
  otlp.endpoint = options.otlp_endpoint;
  otlp.headers_file = options.otlp_headers_file;
  otlp.ca_file = options.telemetry_ca_file;
  otlp.service_name = service;
  otlp.environment = options.environment;
  return tracing::OtlpExporter::Start(std::move(otlp), metrics);
}

absl::StatusOr<std::unique_ptr<error_reports::Reporter>> StartErrors(
    const std::string& service, const ReportingOptions& options, Metrics& metrics) {
  if (options.sentry_dsn.empty() && options.sentry_dsn_file.empty()) {
    return std::unique_ptr<error_reports::Reporter>();
  }
  if (!options.sentry_dsn.empty() && !options.sentry_dsn_file.empty()) {
    return absl::InvalidArgumentError("--sentry_dsn and --sentry_dsn_file: give one of them");
  }
  error_reports::ReporterOptions reporter;
  reporter.dsn = options.sentry_dsn;
  reporter.dsn_file = options.sentry_dsn_file;
  reporter.ca_file = options.telemetry_ca_file;
  reporter.service = service;
  reporter.environment = options.environment;
  return error_reports::Reporter::Start(std::move(reporter), metrics);
}

}  // namespace

void Declare(OptionParser& parser, ReportingOptions& options) {
  parser.Add("environment", &options.environment,
             "what traces and error reports call this installation: production");
  parser.Add("otlp_endpoint", &options.otlp_endpoint,
             "URL of an OpenTelemetry collector (OTLP over HTTP) for traces; empty: none are sent");
  parser.Add("otlp_headers_file", &options.otlp_headers_file,
             "file with a 'Name: value' line for each header that the collector asks for");
  parser.Add("trace_sample_ratio", &options.trace_sample_ratio,
             "share of the traces that begin here to sample, 0 to 1; others do as their caller",
             {.min = 0, .max = 1});
  parser.Add("sentry_dsn", &options.sentry_dsn,
             "where error reports go, https://KEY@HOST/PROJECT; empty: none are sent");
  parser.Add("sentry_dsn_file", &options.sentry_dsn_file, "file with it, instead");
  parser.Add("telemetry_ca_file", &options.telemetry_ca_file,
             "PEM file of the authorities that those two are checked by; empty: the system's");
  parser.Add("crash_file", &options.crash_file,
             "file where a process that a signal ends leaves what the next one reports; empty: "
             "<data_dir>/crash, or none without a data directory");
}

absl::StatusOr<std::unique_ptr<Reporting>> Reporting::Start(const std::string& service,
                                                            const ReportingOptions& options,
                                                            Metrics& metrics) {
  TRIAD_ASSIGN_OR_RETURN(auto traces, StartTraces(service, options, metrics));
  TRIAD_ASSIGN_OR_RETURN(auto errors, StartErrors(service, options, metrics));
  return std::make_unique<ReportingImpl>(std::move(traces), options.trace_sample_ratio,
                                         std::move(errors));
}

}  // namespace triad::reporting

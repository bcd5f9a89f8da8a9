#include "runtime/export/sentry/reporter.h"

#include <unistd.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/base/version.h"
#include "runtime/export/sentry/dsn.h"
#include "runtime/export/sentry/envelope.h"
#include "runtime/io/file_system.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "runtime/telemetry/outbox.h"

namespace triad::error_reports {
namespace {

using http_client::HttpResponse;

constexpr std::size_t kMaxDsn = 4096;

struct Dated {
  ErrorReport report;
  absl::Time at;
};

absl::StatusOr<Dsn> DsnFrom(const ReporterOptions& options) {
  if (options.dsn_file.empty()) {
    absl::StatusOr<Dsn> dsn = ParseDsn(options.dsn);
    return dsn.ok() ? std::move(dsn) : Annotate(dsn.status(), "--sentry_dsn: ");
  }
  std::string name = absl::StrCat("--sentry_dsn_file: ", options.dsn_file, ": ");
  absl::StatusOr<std::string> text = ReadFile(FileSystem::Posix(), options.dsn_file, kMaxDsn);
  if (!text.ok()) return Annotate(text.status(), "--sentry_dsn_file: ");
  absl::StatusOr<Dsn> dsn = ParseDsn(*text);
  return dsn.ok() ? std::move(dsn) : Annotate(dsn.status(), name);
}

Origin OriginFrom(const ReporterOptions& options) {
  const BuildInfo& build = GetBuildInfo();
  char host[256] = {};
  if (gethostname(host, sizeof(host) - 1) != 0) host[0] = '\0';
  return {options.service, absl::StrCat("triad@", build.version, "+", build.commit),
          options.environment, host};
}

class SentryReporter final : public Reporter {
 public:
  SentryReporter(ReporterOptions options, Metrics& metrics)
      : options_(std::move(options)),
        origin_(OriginFrom(options_)),
        client_(http_client::HttpClient::Create({.thread = "sentry-http",
                                                 .ca_file = options_.ca_file,
                                                 .address_flag = "--sentry_dsn",
                                                 .ca_flag = "--telemetry_ca_file"})),
        sent_(metrics.Counter("triad_error_reports_sent_total",
                              "Error reports that the server has taken.")),
        queue_full_(Dropped(metrics, "queue_full")),
        rate_limited_(Dropped(metrics, "rate_limited")),
        unreachable_(Dropped(metrics, "unreachable")),
        rejected_(Dropped(metrics, "rejected")),
        shutdown_(Dropped(metrics, "shutdown")),
        outbox_({.thread = "sentry",
                 .capacity = options_.queue,
                 .batch = 1,
                 .delay = absl::ZeroDuration(),
                 .flush_timeout = options_.flush_timeout},
                [this](const std::vector<Dated>& one) { Deliver(one.front()); }) {}

  void Report(ErrorReport report) override {
    if (!outbox_.Add({std::move(report), options_.clock->Now()})) queue_full_.Increment();
  }
  void WaitUntilSent(absl::Duration timeout) override { outbox_.WaitUntilSent(timeout); }
  void Flush(absl::Duration timeout) override { outbox_.Flush(timeout); }

 private:
  static prometheus::Counter& Dropped(Metrics& metrics, const char* reason) {
    return metrics.Counter("triad_error_reports_dropped_total",
                           "Error reports that were not delivered.", {{"reason", reason}});
  }

  void Deliver(const Dated& dated) {
    if (!held_.over()) return rate_limited_.Increment();
    absl::StatusOr<HttpResponse> answer = Send(dated);
    if (absl::IsDeadlineExceeded(answer.status())) return shutdown_.Increment();
    if (!answer.ok()) return Failed(unreachable_, answer.status());
    int status = answer->head.status;
    held_ = Countdown(RateLimit(answer->head));
    if (status == 429) return rate_limited_.Increment();
    if (status / 100 != 2) {
      return Failed(status / 100 == 4 ? rejected_ : unreachable_,
                    absl::UnavailableError(absl::StrCat("HTTP ", status)));
    }
    sent_.Increment();
    if (std::exchange(failing_, false)) log::Info("error reports are delivered again");
  }

  absl::StatusOr<HttpResponse> Send(const Dated& dated) {
    TRIAD_ASSIGN_OR_RETURN(const Dsn dsn, DsnFrom(options_));
    http_client::HttpRequest request;
    request.method = "POST";
    request.url = dsn.envelope_url;
    std::string agent = absl::StrCat("triad/", GetBuildInfo().version);
    request.headers = {"Content-Type: application/x-sentry-envelope",
                       absl::StrCat("User-Agent: ", agent),
                       absl::StrCat("X-Sentry-Auth: Sentry sentry_version=7, sentry_client=", agent,
                                    ", sentry_key=", dsn.key)};
    request.body = std::make_shared<const std::string>(
        Envelope(dated.report, origin_, RandomId(Random::System()), dated.at));
    return http_client::Post(*client_, request, options_.post,
                             {.remaining = [this] { return outbox_.Remaining(); },
                              .pause = [this](absl::Duration d) { outbox_.Pause(d); }},
                             Random::System());
  }

  // Once when it begins to fail. A warning: an error would be reported itself.
  void Failed(prometheus::Counter& reason, const absl::Status& status) {
    reason.Increment();
    if (std::exchange(failing_, true)) return;
    log::Warning("error reports are not delivered", {{"error", status.message()}});
  }

  const ReporterOptions options_;
  const Origin origin_;
  const std::unique_ptr<http_client::HttpClient> client_;
  prometheus::Counter& sent_;
  prometheus::Counter& queue_full_;
  prometheus::Counter& rate_limited_;
  prometheus::Counter& unreachable_;
  prometheus::Counter& rejected_;
  prometheus::Counter& shutdown_;
  // The outbox's thread only.
  Countdown held_{absl::ZeroDuration()};  // as the server has asked
  bool failing_ = false;
  Outbox<Dated> outbox_;  // last: its thread uses the rest
};

}  // namespace

absl::StatusOr<std::unique_ptr<Reporter>> Reporter::Start(ReporterOptions options,
                                                          Metrics& metrics) {
  TRIAD_RETURN_IF_ERROR(DsnFrom(options).status());
  return std::make_unique<SentryReporter>(std::move(options), metrics);
}

}  // namespace triad::error_reports

#include "runtime/export/otlp/otlp_exporter.h"

#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/base/version.h"
#include "runtime/export/otlp/otlp_request.h"
#include "runtime/http_client/user_info.h"
#include "runtime/io/file_system.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "runtime/telemetry/outbox.h"

namespace triad::tracing {
namespace {

using http_client::HttpResponse;

constexpr char kPath[] = "/v1/traces";
constexpr std::size_t kMaxHeadersFile = 64 * 1024;

bool IsHeader(absl::string_view line) {
  std::size_t colon = line.find(':');
  if (colon == 0 || colon == absl::string_view::npos) return false;
  for (char c : line) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) return false;
  }
  return line.substr(0, colon).find(' ') == absl::string_view::npos;
}

// The "Name: value" lines of a file; none if `path` is empty. A line that is none
// is named by its number alone: it may hold a secret.
absl::StatusOr<std::vector<std::string>> ReadHeaders(const std::string& path) {
  std::vector<std::string> headers;
  if (path.empty()) return headers;
  TRIAD_ASSIGN_OR_RETURN(std::string text, ReadFile(FileSystem::Posix(), path, kMaxHeadersFile));
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty()) continue;
    if (!IsHeader(line)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": line ", number, " is not 'Name: value'"));
    }
    headers.emplace_back(line);
  }
  return headers;
}

std::string TracesUrl(absl::string_view endpoint) {
  while (absl::ConsumeSuffix(&endpoint, "/")) continue;
  return absl::StrCat(endpoint, absl::EndsWith(endpoint, kPath) ? "" : kPath);
}

std::string HostName() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 ? name : "";
}

ResourceAttributes ResourceOf(const OtlpOptions& options, Random& random) {
  ResourceAttributes resource = {{"service.name", options.service_name},
                                 {"service.version", std::string(GetBuildInfo().version)},
                                 {"service.instance.id", RandomId(random)},
                                 {"host.name", HostName()}};
  if (!options.environment.empty()) {
    resource.emplace_back("deployment.environment.name", options.environment);
  }
  return resource;
}

class Exporter final : public OtlpExporter {
 public:
  Exporter(OtlpOptions options, Metrics& metrics)
      : options_(std::move(options)),
        url_(TracesUrl(options_.endpoint)),
        peer_(http_client::WithoutUserInfo(url_)),
        resource_(ResourceOf(options_, Random::System())),
        client_(http_client::HttpClient::Create({.thread = "otlp-http",
                                                 .ca_file = options_.ca_file,
                                                 .address_flag = "--otlp_endpoint",
                                                 .ca_flag = "--telemetry_ca_file"})),
        sent_(
            metrics.Counter("triad_trace_spans_sent_total", "Spans that the collector has taken.")),
        queue_full_(Dropped(metrics, "queue_full")),
        unreachable_(Dropped(metrics, "unreachable")),
        rejected_(Dropped(metrics, "rejected")),
        shutdown_(Dropped(metrics, "shutdown")),
        outbox_({.thread = "otlp",
                 .capacity = options_.queue,
                 .batch = options_.batch,
                 .delay = options_.delay,
                 .flush_timeout = options_.flush_timeout},
                [this](const std::vector<Span>& batch) { Deliver(batch); }) {}

  void Add(Span span) override {
    if (!outbox_.Add(std::move(span))) queue_full_.Increment();
  }

 private:
  static prometheus::Counter& Dropped(Metrics& metrics, const char* reason) {
    return metrics.Counter("triad_trace_spans_dropped_total", "Spans that were not delivered.",
                           {{"reason", reason}});
  }

  void Deliver(const std::vector<Span>& batch) {
    auto count = static_cast<double>(batch.size());
    absl::StatusOr<HttpResponse> answer = Send(batch);
    if (absl::IsDeadlineExceeded(answer.status())) return shutdown_.Increment(count);
    int status = answer.ok() ? answer->head.status : 0;
    if (status / 100 == 2) return Taken(count, answer->body);
    bool refused = status != 429 && status / 100 == 4;
    (refused ? rejected_ : unreachable_).Increment(count);
    Tell(answer.ok() ? absl::UnavailableError(absl::StrCat("HTTP ", status)) : answer.status());
  }

  absl::StatusOr<HttpResponse> Send(const std::vector<Span>& batch) {
    http_client::HttpRequest request;
    request.method = "POST";
    request.url = url_;
    TRIAD_ASSIGN_OR_RETURN(request.headers, ReadHeaders(options_.headers_file));
    request.headers.emplace_back("Content-Type: application/x-protobuf");
    request.headers.push_back(absl::StrCat("User-Agent: triad/", GetBuildInfo().version));
    request.body = std::make_shared<const std::string>(OtlpRequest(resource_, batch));
    return http_client::Post(*client_, request, options_.post,
                             {.remaining = [this] { return outbox_.Remaining(); },
                              .pause = [this](absl::Duration d) { outbox_.Pause(d); }},
                             Random::System());
  }

  void Taken(double count, const std::string& body) {
    std::string why;
    double rejected = std::clamp(static_cast<double>(RejectedSpans(body, why)), 0.0, count);
    sent_.Increment(count - rejected);
    rejected_.Increment(rejected);
    Tell(rejected > 0 ? absl::InvalidArgumentError(why) : absl::OkStatus());
  }

  // Once when it begins to fail, once when that is over.
  void Tell(const absl::Status& status) {
    if (!status.ok() && !failing_) {
      log::Warning("spans are not delivered", {{"to", peer_}, {"error", status.message()}});
    } else if (status.ok() && failing_) {
      log::Info("spans are delivered again", {{"to", peer_}});
    }
    failing_ = !status.ok();
  }

  const OtlpOptions options_;
  const std::string url_;
  const std::string peer_;  // the same, for the log
  const ResourceAttributes resource_;
  const std::unique_ptr<http_client::HttpClient> client_;
  prometheus::Counter& sent_;
  prometheus::Counter& queue_full_;
  prometheus::Counter& unreachable_;
  prometheus::Counter& rejected_;
  prometheus::Counter& shutdown_;
  bool failing_ = false;  // the outbox's thread only
  Outbox<Span> outbox_;   // last: its thread uses the rest
};

}  // namespace

absl::StatusOr<std::unique_ptr<OtlpExporter>> OtlpExporter::Start(OtlpOptions options,
                                                                  Metrics& metrics) {
  absl::string_view endpoint = options.endpoint;
  if (!absl::StartsWith(endpoint, "http://") && !absl::StartsWith(endpoint, "https://")) {
    return absl::InvalidArgumentError(
        absl::StrCat("--otlp_endpoint: expected a URL such as http://collector:4318, not '",
                     http_client::WithoutUserInfo(endpoint), "'"));
  }
  absl::Status headers = ReadHeaders(options.headers_file).status();
  if (!headers.ok()) return Annotate(headers, "--otlp_headers_file: ");
  return std::make_unique<Exporter>(std::move(options), metrics);
}

}  // namespace triad::tracing

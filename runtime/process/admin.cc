#include "runtime/process/admin.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/version.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::http {
namespace {

struct Reply {
  int status = 200;
  const char* content_type = "text/plain; charset=utf-8";
  std::string body;
};

Reply Version() {
  const BuildInfo& build = GetBuildInfo();
  return {200, "application/json",
          absl::StrCat("{\"version\":\"", build.version, "\",\"commit\":\"", build.commit,
                       "\",\"compiler\":\"", build.compiler, "\"}\n")};
}

constexpr char kOpenMetrics[] = "application/openmetrics-text; version=1.0.0; charset=utf-8";

// Prometheus names it first when it takes it at all; a browser, curl and older
// collectors get the plain format.
bool TakesOpenMetrics(const RequestHead& request) {
  absl::string_view accept = request.headers.Find("accept").value_or("");
  return absl::StrContains(accept, "application/openmetrics-text");
}

class AdminHandler final : public Handler {
 public:
  AdminHandler(const AdminOptions& options, Metrics& metrics)
      : options_(options),
        metrics_(metrics),
        ready_(metrics.Gauge("triad_ready", "1 if /readyz says that it can work, else 0.")) {}

  void Handle(std::unique_ptr<Exchange> exchange) override {
    Reply reply = Answer(exchange->request());
    ResponseHead head;
    head.status = reply.status;
    head.headers.Add("Content-Type", reply.content_type);
    head.headers.Add("Cache-Control", "no-store");
    if (reply.status == 405) head.headers.Add("Allow", "GET, HEAD");
    exchange->Respond(std::move(head), std::move(reply.body));
  }

 private:
  Reply Answer(const RequestHead& request) {
    if (request.method != "GET" && request.method != "HEAD") {
      return {.status = 405, .body = "only GET and HEAD\n"};
    }
    absl::string_view path = request.path();
    if (path == "/metrics") return Scraped(request);
    if (path == "/livez") return {.body = "ok\n"};
    if (path == "/readyz") return Ready();
    if (path == "/version") return Version();
    return {.status = 404, .body = "try /metrics, /livez, /readyz or /version\n"};
  }

  absl::Status Readiness() const { return options_.ready ? options_.ready() : absl::OkStatus(); }

  Reply Scraped(const RequestHead& request) {
    ready_.Set(Readiness().ok() ? 1 : 0);
    if (TakesOpenMetrics(request)) return {200, kOpenMetrics, metrics_.ScrapeOpenMetrics()};
    return {200, "text/plain; version=0.0.4; charset=utf-8", metrics_.Scrape()};
  }

  Reply Ready() {
    absl::Status ready = Readiness();
    if (ready.ok()) return {.body = "ok\n"};
    return {.status = 503, .body = absl::StrCat(ready.message(), "\n")};
  }

  const AdminOptions options_;
  Metrics& metrics_;
  prometheus::Gauge& ready_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<AdminServer>> AdminServer::Start(AdminOptions options,
                                                                Metrics& metrics) {
  std::unique_ptr<AdminServer> admin(new AdminServer);
  ServerOptions server_options;
  server_options.listen = options.listen;
  server_options.max_head_bytes = 16 * 1024;
  server_options.max_connections = 100;
  TRIAD_ASSIGN_OR_RETURN(admin->server_,
                         Server::Start(server_options, {&admin->loop_}, [&](EventLoop&) {
                           return std::make_unique<AdminHandler>(options, metrics);
                         }));
  return admin;
}

}  // namespace triad::http

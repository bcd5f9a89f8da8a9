#include "runtime/service/service.h"

#include <atomic>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "runtime/base/options/options.h"
#include "runtime/base/status.h"
#include "runtime/base/version.h"
#include "runtime/export/reporting.h"
#include "runtime/io/executor.h"
#include "runtime/process/admin.h"
#include "runtime/process/signals.h"
#include "runtime/rpc/admission/admission.h"
#include "runtime/rpc/server/health_monitor.h"
#include "runtime/rpc/server/server.h"
#include "runtime/service/followed_file.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::service {
namespace {

struct CommonOptions {
  std::string listen;
  std::string admin_listen;
  std::string log_level = "info";
  std::string log_format = "text";
  absl::Duration drain_delay = absl::ZeroDuration();
  absl::Duration drain_timeout = absl::Seconds(30);
  std::string auth_token_file;
  std::int64_t executor_threads = 32;
  std::int64_t executor_queue = 4096;
  reporting::ReportingOptions reporting;
};

absl::Status AtLeastOne(std::int64_t value) {
  if (value >= 1 && value <= 1'000'000) return absl::OkStatus();
  return absl::InvalidArgumentError("expected a number from 1 to 1000000");
}

void Declare(CommonOptions& common, OptionParser& parser) {
  parser.Add("listen", &common.listen, "HOST:PORT for gRPC; port 0 picks a free one");
  parser.Add("admin_listen", &common.admin_listen,
             "HOST:PORT for /metrics, /livez, /readyz and /version");
  parser.Add("log_level", &common.log_level, "debug, info, warning or error");
  parser.Add("log_format", &common.log_format, "text or json");
  parser.Add("drain_delay", &common.drain_delay,
             "after SIGTERM, how long to serve on while not ready");
  parser.Add("drain_timeout", &common.drain_timeout, "then, how long running work may take");
  parser.Add("auth_token_file", &common.auth_token_file,
             "file with the bearer tokens of which writes need one, read again when it changes; "
             "empty: none is needed");
  parser.Add("executor_threads", &common.executor_threads, "threads for work that blocks");
  parser.AddCheck("executor_threads", [&] { return AtLeastOne(common.executor_threads); });
  parser.Add("executor_queue", &common.executor_queue,
             "tasks that may wait for a thread; more are refused");
  parser.AddCheck("executor_queue", [&] { return AtLeastOne(common.executor_queue); });
  reporting::Declare(parser, common.reporting);
}

bool IsLoopback(absl::string_view listen) {
  return absl::StartsWith(listen, "127.") || absl::StartsWith(listen, "localhost:") ||
         absl::StartsWith(listen, "[::1]:");
}

absl::Status CannotListen(absl::string_view flag, const absl::Status& status) {
  absl::Status named = Annotate(status, absl::StrCat(flag, ": "));
  if (!absl::IsFailedPrecondition(status)) return named;
  return absl::FailedPreconditionError(
      absl::StrCat(named.message(), "; stop what uses it, or choose another port"));
}

// HOST:PORT with the port that was picked.
std::string WithPort(absl::string_view listen, int port) {
  return absl::StrCat(listen.substr(0, listen.rfind(':')), ":", port);
}

}  // namespace

struct Service::Impl {
  explicit Impl(ServiceInfo service_info)
      : info(std::move(service_info)), parser(info.name, info.summary) {
    common.listen = absl::StrCat("127.0.0.1:", info.port);
    common.admin_listen = absl::StrCat("127.0.0.1:", info.admin_port);
    Declare(common, parser);
  }

  std::unique_ptr<rpc::Server> StartServer(const Service& service,
                                           const std::vector<grpc::Service*>& services) {
    if (common.auth_token_file.empty() && !IsLoopback(common.listen)) {
      log::Warning("anyone who reaches this address may write: set --auth_token_file",
                   {{"listen", common.listen}});
    }
    auto server = rpc::Server::Start({.listen = common.listen}, *admission, services);
    if (!server.ok()) service.Exit(CannotListen("--listen", server.status()));
    return *std::move(server);
  }

  void FollowTokens(const Service& service) {
    const std::string& path = common.auth_token_file;
    token_file = service.OrExit(
        FollowedFile::Start({.flag = "auth_token_file", .path = path}, *metrics,
                            [this, path](const std::string& content) {
                              if (admission->tokens().Replace(content)) return absl::OkStatus();
                              return absl::InvalidArgumentError(absl::StrCat(path, " is empty"));
                            }));
  }

  // Not ready, delay, refuse, finish: "Life of a process".
  int Drain(rpc::Server& server) const {
    server.AnnounceShutdown();
    absl::SleepFor(common.drain_delay);
    absl::Status drained = server.Drain(common.drain_timeout);
    if (drained.ok()) {
      log::Info("drained");
    } else {
      log::Warning("drain was cut short", {{"error", drained.message()}});
    }
    return drained.ok() ? 0 : 1;
  }

  TerminationSignal termination;  // before any thread
  const ServiceInfo info;
  CommonOptions common;
  OptionParser parser;
  // In the order in which each needs the one before.
  std::optional<Metrics> metrics;
  std::unique_ptr<reporting::Reporting> reporting;
  std::optional<Executor> executor;
  std::optional<rpc::Admission> admission;
  std::unique_ptr<FollowedFile> token_file;
};

Service::Service(ServiceInfo info) : impl_(std::make_unique<Impl>(std::move(info))) {}

Service::~Service() {
  impl_.reset();
  log::Flush();
}

const std::string& Service::name() const { return impl_->info.name; }

OptionParser& Service::options() { return impl_->parser; }

Metrics& Service::metrics() { return *impl_->metrics; }

Executor& Service::executor() { return *impl_->executor; }

rpc::Admission& Service::admission() { return *impl_->admission; }

void Service::Exit(const absl::Status& status) const {
  log::Flush();
  ExitWithError(name(), status);
}

void Service::Start(int argc, char** argv) {
  const CommonOptions& common = impl_->common;
  impl_->parser.ParseOrExit(argc, argv);
  absl::Status logs =
      log::Init({.service = name(), .level = common.log_level, .format = common.log_format});
  if (!logs.ok()) Exit(logs);
  impl_->metrics.emplace(name());
  impl_->reporting = OrExit(reporting::Reporting::Start(name(), common.reporting, *impl_->metrics));
  ExecutorOptions threads;
  threads.threads = static_cast<std::size_t>(common.executor_threads);
  threads.queue = static_cast<std::size_t>(common.executor_queue);
  impl_->executor.emplace(threads);
  rpc::AdmissionOptions admission;
  admission.executor = &*impl_->executor;
  admission.metrics = &*impl_->metrics;
  admission.tracer = &impl_->reporting->tracer();
  admission.errors = impl_->reporting->errors();
  impl_->admission.emplace(std::move(admission));
  if (!common.auth_token_file.empty()) impl_->FollowTokens(*this);
}

int Service::Serve(const std::vector<grpc::Service*>& services, Check check) {
  const CommonOptions& common = impl_->common;
  auto server = impl_->StartServer(*this, services);
  std::atomic<bool> draining{false};
  rpc::HealthMonitor monitor(std::move(check), [&](bool serving) { server->SetServing(serving); });
  auto ready = [&]() -> absl::Status {
    if (draining.load()) return absl::UnavailableError("shutting down");
    return monitor.current();
  };
  auto admin = http::AdminServer::Start({.listen = common.admin_listen, .ready = ready}, metrics());
  if (!admin.ok()) Exit(CannotListen("--admin_listen", admin.status()));
  log::Info("serving", {{"listen", WithPort(common.listen, server->port())},
                        {"admin", WithPort(common.admin_listen, (*admin)->port())},
                        {"version", GetBuildInfo().version}});
  const int signal = impl_->termination.Wait();
  log::Info("stopping", {{"signal", signal}});
  draining.store(true);
  return impl_->Drain(*server);
}

}  // namespace triad::service

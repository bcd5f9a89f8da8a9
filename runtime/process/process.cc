#include "runtime/process/process.h"

#include <sys/resource.h>

#include <atomic>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "runtime/base/status.h"
#include "runtime/base/version.h"
#include "runtime/process/admin.h"
#include "runtime/process/heap.h"
#include "runtime/process/suite.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/process_metrics.h"

namespace triad {
namespace {

// Bytes of objects go in messages of 256 KiB; gRPC takes an int.
constexpr std::int64_t kMinMessageBytes = 1024 * 1024;
constexpr std::int64_t kMaxMessageBytes = 1024 * 1024 * 1024;

// HOST:PORT with the port that was picked.
std::string WithPort(absl::string_view listen, int port) {
  return absl::StrCat(listen.substr(0, listen.rfind(':')), ":", port);
}

// The soft limit of descriptors is what old programs can stand, not what the machine can
// give: connections are bounded by flags.
void RaiseDescriptorLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

bool IsLoopback(absl::string_view listen) {
  absl::string_view host = listen.substr(0, listen.rfind(':'));
  return host == "localhost" || host == "[::1]" || absl::StartsWith(host, "127.");
}

Process::Process(ProcessInfo info) : info_(std::move(info)), parser_(info_.name, info_.summary) {
  const SuiteServer* server = FindSuiteServer(info_.name);
  listen_ = absl::StrCat("127.0.0.1:", server != nullptr ? server->port : 0);
  admin_listen_ = absl::StrCat("127.0.0.1:", server != nullptr ? server->admin_port : 0);
  parser_.Add("listen", &listen_,
              absl::StrCat("HOST:PORT for ", info_.listens_for, "; port 0 picks a free one"));
  parser_.Add("admin_listen", &admin_listen_,
              "HOST:PORT for /metrics, /livez, /readyz and /version");
  parser_.Add("log_level", &log_level_, "debug, info, warning or error");
  parser_.Add("log_format", &log_format_, "text or json");
  parser_.Add("drain_delay", &drain_delay_,
              "from SIGTERM until new work is refused, for load balancers to notice");
  parser_.Add("drain_timeout", &drain_timeout_, "then, how long running work may take");
  parser_.Add("max_message_bytes", &max_message_bytes_, "largest gRPC message, in and out",
              {.min = kMinMessageBytes, .max = kMaxMessageBytes});
  parser_.Add("memory_budget_bytes", &memory_budget_,
              "bytes that may be held for all clients together; 0: a quarter of the control "
              "group's limit, or without one of the machine's memory, 1 GiB at most",
              {.min = 0});
  reporting::Declare(parser_, reporting_options_);
}

Process::~Process() {
  reporting_.reset();
  log::Flush();
}

void Process::Exit(const absl::Status& status) const {
  log::Flush();
  ExitWithError(name(), status);
}

void Process::Start(int argc, char** argv) {
  parser_.ParseOrExit(argc, argv);
  BoundHeaps();
  RaiseDescriptorLimit();
  absl::Status logs = log::Init({.service = name(), .level = log_level_, .format = log_format_});
  if (!logs.ok()) Exit(logs);
  metrics_.emplace(name());
  if (memory_budget_ == 0) memory_budget_ = DefaultMemoryBudget("/");
  metrics_->Gauge("triad_memory_budget_bytes", "What may be held for all clients together.")
      .Set(static_cast<double>(memory_budget_));
  reporting_ = OrExit(reporting::Reporting::Start(name(), reporting_options_, *metrics_));
  const std::string& path = reporting_options_.crash_file;
  if (path.empty()) return;
  absl::Status kept = reporting_->KeepCrashesIn(path);
  if (!kept.ok()) Exit(Annotate(kept, "--crash_file: "));
}

void Process::KeepCrashesIn(const std::string& path) {
  if (!reporting_options_.crash_file.empty()) return;
  absl::Status kept = reporting_->KeepCrashesIn(path);
  if (!kept.ok()) Exit(kept);
}

int Process::Serve(const Serving& serving) {
  std::atomic<bool> draining{false};
  auto ready = [&]() -> absl::Status {
    if (draining.load()) return absl::UnavailableError("shutting down");
    return serving.ready();
  };
  auto admin = ListeningOrExit(
      "--admin_listen",
      http::AdminServer::Start({.listen = admin_listen_, .ready = ready}, *metrics_));
  log::Info("serving", {{"listen", WithPort(listen_, serving.port)},
                        {"admin", WithPort(admin_listen_, admin->port())},
                        {"version", GetBuildInfo().version}});
  HeapTrimmer trimmer;
  int signal = termination_.Wait(serving.reload);
  log::Info("stopping", {{"signal", signal}});
  draining.store(true);
  return Drain(serving);
}

// Clients are asked to leave from the first moment on, so that few are there when
// connections close under them.
int Process::Drain(const Serving& serving) const {
  serving.announce_end();
  absl::SleepFor(drain_delay_);
  absl::Status drained = serving.drain(drain_timeout_);
  if (drained.ok()) {
    log::Info("drained");
  } else {
    log::Warning("drain was cut short", {{"error", drained.message()}});
  }
  return drained.ok() ? 0 : 1;
}

absl::Status Process::CannotListen(absl::string_view flag, const absl::Status& status) {
  absl::Status named = Annotate(status, absl::StrCat(flag, ": "));
  if (!absl::IsFailedPrecondition(status)) return named;
  return absl::FailedPreconditionError(
      absl::StrCat(named.message(), "; stop what uses it, or choose another port"));
}

}  // namespace triad

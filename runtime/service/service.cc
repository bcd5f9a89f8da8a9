#include "runtime/service/service.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/options/options.h"
#include "runtime/export/reporting.h"
#include "runtime/io/executor.h"
#include "runtime/rpc/admission/admission.h"
#include "runtime/rpc/server/health_monitor.h"
#include "runtime/rpc/server/server.h"
#include "runtime/service/followed_file.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::service {
namespace {

constexpr Range<std::int64_t> kCount = {.min = 1, .max = 1'000'000};

}  // namespace

struct Service::Impl {
  explicit Impl(Process& process);

  void FollowTokens(Process& process);

  std::string auth_token_file;
  std::int64_t executor_threads = 32;
  std::int64_t executor_queue = 4096;
  // In the order in which each needs the one before.
  std::optional<Executor> executor;
  std::optional<rpc::Admission> admission;
  std::unique_ptr<FollowedFile> token_file;
};

Service::Impl::Impl(Process& process) {
  OptionParser& parser = process.options();
  parser.Add("auth_token_file", &auth_token_file,
             "file with the bearer tokens of which writes need one, read again when it changes; "
             "empty: none is needed");
  parser.Add("executor_threads", &executor_threads, "threads for work that blocks", kCount);
  parser.Add("executor_queue", &executor_queue,
             "tasks that may wait for a thread; more are refused", kCount);
}

void Service::Impl::FollowTokens(Process& process) {
  const std::string& path = auth_token_file;
  token_file = process.OrExit(
      FollowedFile::Start({.flag = "auth_token_file", .path = path}, process.metrics(),
                          [this, path](const std::string& content) {
                            if (admission->tokens().Replace(content)) return absl::OkStatus();
                            return absl::InvalidArgumentError(absl::StrCat(path, " is empty"));
                          }));
}

Service::Service(ServiceInfo info)
    : Process({.name = std::move(info.name),
               .summary = std::move(info.summary),
               .listens_for = "gRPC"}),
      impl_(std::make_unique<Impl>(*this)) {}

Service::~Service() = default;

Executor& Service::executor() { return *impl_->executor; }

rpc::Admission& Service::admission() { return *impl_->admission; }

void Service::Start(int argc, char** argv) {
  Process::Start(argc, argv);
  ExecutorOptions threads;
  threads.threads = static_cast<std::size_t>(impl_->executor_threads);
  threads.queue = static_cast<std::size_t>(impl_->executor_queue);
  impl_->executor.emplace(threads);
  rpc::AdmissionOptions admission;
  admission.executor = &executor();
  admission.metrics = &metrics();
  admission.tracer = &reporting().tracer();
  admission.errors = reporting().errors();
  impl_->admission.emplace(std::move(admission));
  if (!impl_->auth_token_file.empty()) impl_->FollowTokens(*this);
}

int Service::Serve(const std::vector<grpc::Service*>& services, Check check) {
  if (impl_->auth_token_file.empty() && !IsLoopback(listen())) {
    log::Warning("anyone who reaches this address may write: set --auth_token_file",
                 {{"listen", listen()}});
  }
  auto server =
      ListeningOrExit("--listen", rpc::Server::Start({.listen = listen()}, admission(), services));
  rpc::HealthMonitor monitor(std::move(check), [&](bool serving) { server->SetServing(serving); });
  return Process::Serve({.port = server->port(),
                         .ready = [&] { return monitor.current(); },
                         .announce_end = [&] { server->AnnounceShutdown(); },
                         .drain = [&](absl::Duration timeout) { return server->Drain(timeout); }});
}

}  // namespace triad::service

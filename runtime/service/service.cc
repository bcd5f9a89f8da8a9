#include "runtime/service/service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/options/options.h"
#include "runtime/base/status.h"
#include "runtime/export/reporting.h"
#include "runtime/io/executor.h"
#include "runtime/rpc/admission/admission.h"
#include "runtime/rpc/server/health_monitor.h"
#include "runtime/rpc/server/server.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::service {
namespace {

constexpr Range<std::int64_t> kCount = {.min = 1, .max = 1'000'000};

// Of --memory_budget_bytes: half for requests as they arrive, of which one upload may take
// 16 MiB for its window, a quarter for answers that leave, a quarter for what calls hold
// beside them.
constexpr std::int64_t kPartOfRequests = 2;
constexpr std::int64_t kPartOfAnswers = 4;

}  // namespace

Service::Service(ProcessInfo info) : Process(std::move(info)) {
  OptionParser& parser = options();
  auth_.AddTo(parser, "writes", "reads");
  parser.Add("executor_threads", &executor_threads_, "threads for work that blocks", kCount);
  parser.Add("executor_queue", &executor_queue_,
             "tasks that may wait for a thread; more are refused", kCount);
  parser.Add("max_connections", &max_connections_, "open at a time; more are closed at once",
             kCount);
  parser.Add("max_connections_per_peer", &max_connections_per_peer_,
             "of one address, or of one /64 of IPv6; this machine may have all", kCount);
  parser.Add("max_streams_per_connection", &max_streams_per_connection_,
             "calls that run at a time on one connection; more wait at their caller", kCount);
  parser.Add("max_calls", &max_calls_,
             "open on all connections; beyond it the peer with most loses a connection", kCount);
  validation_.AddTo(parser);
}

Service::~Service() = default;

void Service::Start(int argc, char** argv) {
  Process::Start(argc, argv);
  ExecutorOptions threads;
  threads.threads = static_cast<std::size_t>(executor_threads_);
  threads.queue = static_cast<std::size_t>(executor_queue_);
  executor_ = std::make_unique<Executor>(threads);
  answers_.emplace(static_cast<std::size_t>(memory_budget() / kPartOfAnswers));
  metrics().GaugeFunction("triad_memory_used_bytes",
                          "Answers that callers have not taken, of triad_memory_budget_bytes.", {},
                          [this] { return static_cast<double>(answers_->used()); });
  rpc::AdmissionOptions admission;
  admission.answers = &*answers_;
  admission.executor = &executor();
  admission.metrics = &metrics();
  admission.tracer = &reporting().tracer();
  admission.errors = reporting().errors();
  admission.auth_reads = auth_.reads();
  admission.validation = validation_.mode();
  admission_ = std::make_unique<rpc::Admission>(std::move(admission));
  token_file_ = OrExit(auth_.Follow(admission_->tokens(), metrics()));
}

rpc::ServerOptions Service::ServerLimits() const {
  rpc::ServerOptions options;
  options.listen = listen();
  options.max_message_bytes = static_cast<int>(max_message_bytes());
  options.max_connections = static_cast<int>(max_connections_);
  options.max_connections_per_peer = static_cast<int>(max_connections_per_peer_);
  options.max_streams_per_connection = static_cast<int>(max_streams_per_connection_);
  options.max_calls = static_cast<int>(max_calls_);
  options.memory_budget_bytes = memory_budget() / kPartOfRequests;
  return options;
}

int Service::Serve(const std::vector<grpc::Service*>& services, Check check) {
  if (!auth_.writes() && !IsLoopback(listen())) {
    log::Warning("anyone who reaches this address may write: set --auth_token_file",
                 {{"listen", listen()}});
  }
  OrExit(Annotate(admission().rules_status(), "--validation: "));
  for (const std::string& rule : admission().rules().left_out()) {
    log::Warning("a rule of a proto is not checked: it is no standard one", {{"rule", rule}});
  }
  auto server =
      ListeningOrExit("--listen", rpc::Server::Start(ServerLimits(), admission(), services));
  rpc::HealthMonitor monitor(std::move(check), [&](bool serving) { server->SetServing(serving); });
  return Process::Serve({.port = server->port(),
                         .ready = [&] { return monitor.current(); },
                         .announce_end = [&] { server->AnnounceShutdown(); },
                         .drain = [&](absl::Duration timeout) { return server->Drain(timeout); }});
}

}  // namespace triad::service

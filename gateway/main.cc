// triad-gateway: REST in front of gRPC services.
#include <atomic>
#include <filesystem>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gateway/flags.h"
#include "gateway/protos/descriptor_set.h"
#include "gateway/protos/embedded.h"
#include "gateway/proxy/gateway.h"
#include "gateway/site/site.h"
#include "runtime/base/options/options.h"
#include "runtime/base/status.h"
#include "runtime/http/server.h"
#include "runtime/io/event_loop.h"
#include "runtime/process/admin.h"
#include "runtime/process/signals.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::gateway {
namespace {

constexpr char kProgram[] = "triad-gateway";

// The built frontend beside the directory of the binary, if it is there.
std::string DefaultSite() {
  std::error_code error;
  auto binary = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return "";
  auto site = binary.parent_path().parent_path() / "site";
  return std::filesystem::exists(site / "index.html", error) ? site.string() : "";
}

absl::StatusOr<std::unique_ptr<DescriptorSet>> LoadDescriptors(const std::string& file) {
  if (!file.empty()) return DescriptorSet::FromFile(file);
  return DescriptorSet::FromBytes(EmbeddedDescriptorSet(), "the embedded descriptor set");
}

absl::StatusOr<std::unique_ptr<Site>> LoadSite(const std::string& directory) {
  if (directory.empty()) return std::unique_ptr<Site>();
  return Site::Load(directory);
}

std::vector<std::unique_ptr<EventLoop>> MakeLoops(std::int64_t count) {
  if (count == 0) count = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::unique_ptr<EventLoop>> loops;
  for (std::int64_t i = 0; i < count; ++i) {
    loops.push_back(std::make_unique<EventLoop>(absl::StrCat("gateway-", i)));
  }
  return loops;
}

std::string Address(const std::string& listen, int port) {
  return absl::StrCat(listen.substr(0, listen.rfind(':')), ":", port);
}

void WarnIfExposed(const Flags& flags, const GatewayOptions& options) {
  if (options.loopback) return;
  log::Warning("listening beyond this machine in plain HTTP: put TLS in front of it",
               {{"listen", flags.listen}});
}

// The order of the design: not ready, a while for load balancers to notice, no
// new work, streams end, the rest finishes. Clients are asked to leave from the
// first moment on, so that few are there when connections close under them.
absl::Status Drain(const Flags& flags, Gateway& gateway, http::Server& server) {
  server.AnnounceClose();
  std::this_thread::sleep_for(absl::ToChronoMilliseconds(flags.drain_delay));
  gateway.EndStreams();
  return server.Drain(flags.drain_timeout);
}

absl::Status Run(const Flags& flags, TerminationSignal& termination) {
  TRIAD_RETURN_IF_ERROR(log::Init({kProgram, flags.log_level, flags.log_format}));
  Metrics metrics(kProgram);
  TRIAD_ASSIGN_OR_RETURN(auto descriptors, LoadDescriptors(flags.descriptor_set));
  TRIAD_ASSIGN_OR_RETURN(auto site, LoadSite(flags.site));
  TRIAD_ASSIGN_OR_RETURN(GatewayOptions options, GatewayOptionsFrom(flags));
  TRIAD_ASSIGN_OR_RETURN(auto reporting,
                         reporting::Reporting::Start(kProgram, flags.reporting, metrics));
  options.tracer = &reporting->tracer();
  options.error_sink = reporting->errors();
  TRIAD_ASSIGN_OR_RETURN(auto gateway, Gateway::Create(*descriptors, options, site.get(), metrics));

  // Ready for as long as it can answer, whatever the services do: taking every
  // gateway out of rotation because one service is down would take down the
  // rest. /api/health tells which one it is.
  std::atomic<bool> draining{false};
  auto ready = [&draining] {
    return draining ? absl::UnavailableError("draining") : absl::OkStatus();
  };
  auto loops = MakeLoops(flags.loops);
  std::vector<EventLoop*> loop_pointers;
  for (const auto& loop : loops) loop_pointers.push_back(loop.get());
  http::ServerOptions server_options = ServerOptionsFrom(flags);
  server_options.metrics = &metrics;
  TRIAD_ASSIGN_OR_RETURN(auto server,
                         http::Server::Start(server_options, loop_pointers, [&](EventLoop& loop) {
                           return gateway->MakeHandler(loop);
                         }));
  TRIAD_ASSIGN_OR_RETURN(auto admin,
                         http::AdminServer::Start({flags.admin_listen, ready}, metrics));

  WarnIfExposed(flags, options);
  log::Info("serving", {{"listen", Address(flags.listen, server->port())},
                        {"admin", Address(flags.admin_listen, admin->port())}});
  int signal = termination.Wait();
  log::Info("draining", {{"signal", signal}});
  draining = true;
  return Drain(flags, *gateway, *server);
}

}  // namespace
}  // namespace triad::gateway

int main(int argc, char** argv) {
  triad::TerminationSignal termination;
  triad::gateway::Flags flags;
  flags.site = triad::gateway::DefaultSite();
  triad::OptionParser parser(triad::gateway::kProgram,
                             "REST, server-sent events and raw bytes in front of gRPC services.");
  triad::gateway::AddFlags(parser, flags);
  parser.ParseOrExit(argc, argv);
  absl::Status status = triad::gateway::Run(flags, termination);
  triad::log::Flush();
  if (!status.ok()) triad::ExitWithError(triad::gateway::kProgram, status);
  return 0;
}

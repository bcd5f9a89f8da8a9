// triad-gateway: REST in front of gRPC services.
#include <memory>
#include <utility>
#include <vector>

#include "gateway/flags.h"
#include "gateway/learning/learned.h"
#include "gateway/learning/reflector.h"
#include "gateway/learning/service_reloader.h"
#include "gateway/proxy/gateway.h"
#include "gateway/proxy/services/services.h"
#include "runtime/base/auth_tokens.h"
#include "runtime/base/memory_budget.h"
#include "runtime/http/server.h"
#include "runtime/process/process.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::gateway {
namespace {

http::ServerOptions HttpOptions(const Flags& flags, Process& process, MemoryBudget& memory) {
  http::ServerOptions options = ServerOptionsFrom(flags, process.listen());
  options.metrics = &process.metrics();
  options.memory = &memory;
  process.metrics().GaugeFunction("triad_memory_used_bytes",
                                  "What is held for clients, of triad_memory_budget_bytes.", {},
                                  [&memory] { return static_cast<double>(memory.used()); });
  return options;
}

// Asks the servers what they are for as long as the result lives; null if they are not asked.
std::unique_ptr<Reflector> AskServers(const Flags& flags, const GatewayOptions& options,
                                      Learned& learned, ServiceReloader& reloader,
                                      Metrics& metrics) {
  if (!flags.reflection) return nullptr;
  ReflectorOptions reflector;
  reflector.targets = TargetsOf(options.upstreams);
  reflector.max_message_bytes = options.max_message_bytes;
  return std::make_unique<Reflector>(std::move(reflector), learned, metrics,
                                     [&reloader] { reloader.ReloadAndTell("reflection"); });
}

// Ready for as long as it can answer, whatever the services do: taking every
// gateway out of rotation because one service is down would take down the rest.
// /api/health tells which one it is. Only one that describes itself and has not yet is waited
// for, as none of its paths is there.
int Serve(Process& process, Gateway& gateway, http::Server& server, ServiceReloader& reloader) {
  return process.Serve({.port = server.port(),
                        .ready = [&] { return gateway.CheckKnown(); },
                        .announce_end = [&] { server.AnnounceClose(); },
                        .reload = [&] { reloader.ReloadAndTell("SIGHUP"); },
                        .drain =
                            [&](absl::Duration timeout) {
                              gateway.FailStreams();
                              return server.Drain(timeout);
                            }});
}

int Main(int argc, char** argv) {
  Process process({.name = "triad-gateway",
                   .summary = "REST, server-sent events and raw bytes in front of gRPC services.",
                   .listens_for = "browsers and REST clients"});
  Flags flags;
  AddFlags(process.options(), flags);
  process.Start(argc, argv);

  auto site = process.OrExit(SiteFrom(flags));
  GatewayOptions options = process.OrExit(GatewayOptionsFrom(flags, process.listen()));
  options.max_message_bytes = static_cast<std::size_t>(process.max_message_bytes());
  AuthTokens tokens("");
  auto token_file = process.OrExit(flags.auth.Follow(tokens, process.metrics()));
  if (flags.auth.reads()) options.tokens = &tokens;
  options.tracer = &process.reporting().tracer();
  options.error_sink = process.reporting().errors();
  MemoryBudget memory(static_cast<std::size_t>(process.memory_budget()));
  options.memory = &memory;
  Learned learned(process.OrExit(ReflectedServices(flags)));
  auto services = [&] { return ServicesFrom(flags, learned); };
  FileVersions versions = VersionsOfFiles(flags);
  auto gateway = process.OrExit(
      Gateway::Create(process.OrExit(services()), options, site.get(), process.metrics()));
  ServiceReloader reloader(*gateway, services, process.metrics());
  auto followed = process.OrExit(FollowFiles(flags, versions, reloader, process.metrics()));
  auto reflector = AskServers(flags, options, learned, reloader, process.metrics());
  auto loops = EventLoopsFrom(flags);
  std::vector<EventLoop*> borrowed;
  for (const auto& loop : loops) borrowed.push_back(loop.get());
  auto server = process.ListeningOrExit(
      "--listen", http::Server::Start(HttpOptions(flags, process, memory), borrowed,
                                      [&](EventLoop& loop) { return gateway->MakeHandler(loop); }));
  if (!options.loopback) {
    log::Warning("listening beyond this machine in plain HTTP: put TLS in front of it",
                 {{"listen", process.listen()}});
  }
  return Serve(process, *gateway, *server, reloader);
}

}  // namespace
}  // namespace triad::gateway

int main(int argc, char** argv) { return triad::gateway::Main(argc, argv); }

#include "runtime/rpc/server/server.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <grpc/support/time.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>

#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/status.h"
#include "runtime/rpc/admission/admission.h"
#include "runtime/rpc/bound_service.h"
#include "runtime/rpc/server/build_service.h"
#include "runtime/rpc/server/listen.h"
#include "runtime/rpc/server/listener.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::rpc {
namespace {

void LogFromGrpc(gpr_log_func_args* args) {
  if (args->severity == GPR_LOG_SEVERITY_ERROR) {
    log::Warning("grpc", {{"message", args->message}, {"line", args->line}});
  } else {
    log::Debug("grpc", {{"message", args->message}, {"line", args->line}});
  }
}

// A request that is no message is its caller's fault: its answer says so.
void LogFromProtobuf(google::protobuf::LogLevel, const char*, int, const std::string& message) {
  log::Debug("protobuf", {{"message", message}});
}

// What is global in gRPC and protobuf, once.
void InitGrpc() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Debian builds Abseil with its deadlock detector on: a tenth of the time of
    // a small call, in the locks of gRPC.
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    gpr_set_log_function(LogFromGrpc);
    google::protobuf::SetLogHandler(LogFromProtobuf);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

void SetLimits(const ServerOptions& options, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(options.max_message_bytes);
  builder.SetMaxSendMessageSize(options.max_message_bytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, options.max_metadata_bytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_streams_per_connection);
  // What one stream may have under way, read or not. gRPC would measure how much is on the way
  // and let it grow to many MiB, which are new pages in memory each time.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 2048 * 1024);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  // A quarter of the frames of content that comes in, each of which takes time.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_FRAME_SIZE, 64 * 1024);
  if (options.memory_budget_bytes > 0) {
    grpc::ResourceQuota quota("server");
    quota.Resize(static_cast<std::size_t>(options.memory_budget_bytes));
    builder.SetResourceQuota(quota);
  }
  // Whoever connects and says nothing, or has had nothing to say for long, gives its
  // place to others.
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 300'000);
  // Callers may ask whether an idle connection still lives, as often as they
  // like; and a caller whose machine has gone is noticed within 80 s.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  // Only reflection is synchronous: one thread that waits for it.
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
}

ListenerOptions LimitsOf(const ServerOptions& options) {
  ListenerOptions limits;
  limits.max_connections = static_cast<std::size_t>(options.max_connections);
  limits.max_connections_per_peer = static_cast<std::size_t>(options.max_connections_per_peer);
  limits.calls = {.max = options.max_calls,
                  .max_per_connection = options.max_streams_per_connection};
  return limits;
}

void HandOver(grpc::experimental::ExternalConnectionAcceptor& acceptor, int descriptor) {
  grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
  connection.fd = descriptor;
  acceptor.HandleNewConnection(&connection);
}

// A moment that setting the machine's clock does not move.
gpr_timespec SteadyTimeIn(absl::Duration timeout) {
  gpr_timespec span = gpr_time_from_micros(absl::ToInt64Microseconds(timeout), GPR_TIMESPAN);
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), span);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      Admission& admission,
                                                      const std::vector<grpc::Service*>& services) {
  InitGrpc();
  for (const BoundService* service : admission.services()) service->CheckComplete();
  TRIAD_ASSIGN_OR_RETURN(Listening listening, Listen(options.listen));
  int port = listening.port;
  grpc::ServerBuilder builder;
  SetLimits(options, builder);
  using Accepted = grpc::ServerBuilder::experimental_type::ExternalConnectionType;
  std::shared_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor =
      builder.experimental().AddExternalConnectionAcceptor(Accepted::FROM_FD,
                                                           grpc::InsecureServerCredentials());
  for (grpc::Service* service : services) builder.RegisterService(service);
  auto build = std::make_unique<BuildService>();
  builder.RegisterService(build.get());
  std::unique_ptr<grpc::Server> started = builder.BuildAndStart();
  if (started == nullptr) return absl::InternalError("gRPC does not start; its log says why");
  auto listener = std::make_unique<Listener>(
      std::move(listening), LimitsOf(options), *admission.options().metrics,
      [acceptor](int descriptor) { HandOver(*acceptor, descriptor); });
  std::unique_ptr<Server> server(
      new Server(admission, std::move(build), std::move(started), std::move(listener), port));
  server->SetServing(false);
  return server;
}

Server::Server(Admission& admission, std::unique_ptr<BuildService> build,
               std::unique_ptr<grpc::Server> server, std::unique_ptr<Listener> listener, int port)
    : admission_(admission),
      build_(std::move(build)),
      server_(std::move(server)),
      listener_(std::move(listener)),
      port_(port) {}

Server::~Server() {
  // gRPC loses what is handed over to it from here on.
  listener_->StopAccepting();
  server_->Shutdown(SteadyTimeIn(absl::ZeroDuration()));
}

void Server::SetServing(bool serving) {
  if (announced_.load()) return;
  auto* health = server_->GetHealthCheckService();
  health->SetServingStatus("", serving);
  for (const BoundService* service : admission_.services()) {
    health->SetServingStatus(service->name(), serving);
  }
}

void Server::AnnounceShutdown() {
  if (announced_.exchange(true)) return;
  server_->GetHealthCheckService()->Shutdown();
}

absl::Status Server::Drain(absl::Duration timeout) {
  AnnounceShutdown();
  admission_.BeginDrain();
  listener_->StopAccepting();
  Countdown countdown(timeout);
  server_->Shutdown(SteadyTimeIn(timeout));
  if (!countdown.over()) return absl::OkStatus();
  return absl::DeadlineExceededError(
      absl::StrCat("calls still ran after ", absl::FormatDuration(timeout), " and were cancelled"));
}

}  // namespace triad::rpc

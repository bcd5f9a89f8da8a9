#include "runtime/rpc/testing/test_server.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace triad::rpc::testing {
namespace {

ExecutorOptions Threads(const TestServerOptions& options) {
  ExecutorOptions threads;
  threads.threads = options.threads;
  threads.queue = options.queue;
  return threads;
}

AdmissionOptions Around(Executor& executor, Metrics& metrics, const Clock& clock,
                        const TestServerOptions& options) {
  AdmissionOptions admission;
  admission.executor = &executor;
  admission.metrics = &metrics;
  admission.clock = &clock;
  admission.auth_token = options.auth_token;
  admission.auth_reads = options.auth_reads;
  admission.answers = options.answers;
  admission.validation = options.validation;
  return admission;
}

std::unique_ptr<Server> StartOrDie(Admission& admission, grpc::Service* service,
                                   const TestServerOptions& options) {
  ServerOptions server;
  server.listen = "127.0.0.1:0";
  server.max_message_bytes = options.max_message_bytes;
  auto started = Server::Start(server, admission, {service});
  if (started.ok()) return *std::move(started);
  std::fprintf(stderr, "test server: %s\n", started.status().ToString().c_str());
  std::abort();
}

}  // namespace

TestServer::TestServer(const Factory& make, const TestServerOptions& options)
    : executor(Threads(options)),
      admission(Around(executor, metrics, clock, options)),
      service(make(admission)),
      server(StartOrDie(admission, service.get(), options)),
      channel_(grpc::CreateChannel(address(), grpc::InsecureChannelCredentials())) {}

std::string TestServer::address() const { return absl::StrCat("127.0.0.1:", server->port()); }

}  // namespace triad::rpc::testing

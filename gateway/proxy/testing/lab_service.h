// The service of lab.proto, and a gateway in front of it.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>

#include "gateway/protos/descriptor_set.h"
#include "gateway/proxy/gateway.h"
#include "gateway/site/site.h"
#include "runtime/http/server.h"
#include "runtime/io/event_loop.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::gateway {

// Counted by the service, read by tests.
struct LabCounts {
  std::atomic<int> waiting{0};    // calls of Wait, Watch, Put or Get that run
  std::atomic<int> cancelled{0};  // of those, how many the caller left
  std::atomic<std::int64_t> bytes_in{0};
  std::atomic<std::int64_t> bytes_out{0};
};

// The byte at `offset` of every upload and download.
char LabByte(std::int64_t offset);
std::string LabBytes(std::int64_t offset, std::size_t size);

class LabServer {
 public:
  explicit LabServer(LabCounts& counts);
  ~LabServer();

  // On the port of the first start.
  void Start();
  void Stop();
  int port() const { return port_; }

 private:
  LabCounts& counts_;
  int port_ = 0;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<grpc::Server> server_;
};

// Those of lab.proto.
std::unique_ptr<DescriptorSet> LabDescriptors(const DescriptorSet::Edit& edit = nullptr);

// A gateway on a free port, with two loops.
class LabGateway {
 public:
  // `options` but for the upstream, which is 127.0.0.1:`port`; `server` but for where
  // it listens.
  LabGateway(GatewayOptions options, int port, http::ServerOptions server = {});
  ~LabGateway();

  std::string address() const;
  std::string Url(const std::string& path) const { return "http://" + address() + path; }
  std::string Scrape() { return metrics_.Scrape(); }
  Gateway& gateway() { return *gateway_; }

 private:
  Metrics metrics_{"lab"};
  std::unique_ptr<Gateway> gateway_;
  EventLoop loops_[2] = {EventLoop("lab-0"), EventLoop("lab-1")};
  std::unique_ptr<http::Server> server_;
};

}  // namespace triad::gateway

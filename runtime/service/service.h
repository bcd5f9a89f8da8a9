// The common life of a service process, so that a main.cc is a parts list:
//
//   int main(int argc, char** argv) {
//     triad::service::Service service({.name = "triad-config",
//                                      .summary = "Runtime configuration."});
//     triad::service::DataOptions data(service);
//     triad::config::Options options;
//     service.options().Add("history_retention", &options.history_retention, "…");
//     service.Start(argc, argv);
//
//     auto database = data.OpenDatabase(triad::config::Migrations());
//     triad::config::ConfigService config(service.admission(), …);
//     return service.Serve({&config},
//                          [&](absl::Duration timeout) { return database->CheckHealth(timeout); });
//   }
//
// Whatever cannot be opened or listened on ends the process with exit code 1 and
// one line; a bad flag with 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "runtime/base/memory_budget.h"
#include "runtime/process/auth_options.h"
#include "runtime/process/process.h"
#include "runtime/service/data_place.h"
#include "runtime/validation/mode.h"

namespace grpc {
class Service;
}

namespace triad {
class DataDirectory;
class Executor;
}  // namespace triad

namespace triad::db {
class Database;
struct Migration;
}  // namespace triad::db

namespace triad::rpc {
class Admission;
struct ServerOptions;
}  // namespace triad::rpc

namespace triad::service {

// A process that serves gRPC. Make it first in main, as any Process. Used by main's
// thread alone.
class Service : public Process {
 public:
  // Says whether the service can do its work; returns within `timeout`.
  using Check = std::function<absl::Status(absl::Duration timeout)>;

  // Adds --auth_token_file, --auth_reads, --executor_threads, --executor_queue,
  // --max_connections, --max_connections_per_peer, --max_streams_per_connection, --max_calls and
  // --validation to the options of every process.
  explicit Service(ProcessInfo info);
  ~Service();

  // Starts what Process::Start does, and the executor. The rest of the class is
  // for after it.
  void Start(int argc, char** argv);

  // Runs what blocks. Every task it took is run before the Service is gone.
  Executor& executor() { return *executor_; }
  std::size_t executor_threads() const { return static_cast<std::size_t>(executor_threads_); }
  rpc::Admission& admission() { return *admission_; }

  // Serves `services` until SIGTERM or SIGINT, then drains: Process::Serve.
  // Returns main's exit code.
  int Serve(const std::vector<grpc::Service*>& services, Check check);

 private:
  rpc::ServerOptions ServerLimits() const;

  AuthOptions auth_;
  std::int64_t executor_threads_ = 32;
  std::int64_t executor_queue_ = 4096;
  std::int64_t max_connections_ = 1024;
  std::int64_t max_connections_per_peer_ = 256;
  std::int64_t max_streams_per_connection_ = 1000;
  std::int64_t max_calls_ = 5000;
  validation::ModeOption validation_;
  // In the order in which each needs the one before.
  std::unique_ptr<Executor> executor_;
  std::optional<MemoryBudget> answers_;
  std::unique_ptr<rpc::Admission> admission_;
  std::unique_ptr<FollowedFile> token_file_;
};

// --data_dir and --database: the directory that the process owns, and the
// database in it. Make it before Service::Start.
class DataOptions {
 public:
  // `service` must outlive it.
  explicit DataOptions(Service& service, DataNeed need = DataNeed::kRequired);
  ~DataOptions();
  DataOptions(const DataOptions&) = delete;
  DataOptions& operator=(const DataOptions&) = delete;

  // The directory, made if missing and locked on first use until the end, and
  // its disk then among the metrics. Ends the process if another one has it.
  const std::string& Directory();

  // Opens the database and brings its schema up to date, or ends the process. Null, and nothing
  // is opened or made, for --database=none where the service can do without.
  std::unique_ptr<db::Database> OpenDatabase(absl::Span<const db::Migration> migrations);

 private:
  Service& service_;
  DataPlace place_;
  std::unique_ptr<DataDirectory> directory_;
};

}  // namespace triad::service

// The common life of a service process, so that a main.cc is a parts list:
//
//   int main(int argc, char** argv) {
//     triad::service::Service service({.name = "triad-config",
//                                      .summary = "Runtime configuration.",
//                                      .port = 4551, .admin_port = 4561});
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

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace grpc {
class Service;
}

namespace triad {
class DataDirectory;
class Executor;
class Metrics;
class OptionParser;
}  // namespace triad

namespace triad::db {
class Database;
struct Migration;
}  // namespace triad::db

namespace triad::rpc {
class Admission;
}

namespace triad::service {

struct ServiceInfo {
  std::string name;     // of the binary, "triad-config"
  std::string summary;  // one sentence for --help
  int port = 0;         // defaults of --listen and --admin_listen, on 127.0.0.1
  int admin_port = 0;
};

// Make it first in main: it blocks the signals that it waits for later. Used by
// main's thread alone.
class Service {
 public:
  // Says whether the service can do its work; returns within `timeout`.
  using Check = std::function<absl::Status(absl::Duration timeout)>;

  // Adds the common options: --listen, --admin_listen, --log_level,
  // --log_format, --drain_delay, --drain_timeout, --auth_token_file,
  // --executor_threads, --executor_queue, and those of runtime/reporting.
  explicit Service(ServiceInfo info);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  const std::string& name() const;

  // For the options of this service, before Start.
  OptionParser& options();

  // Parses the options and starts logs, metrics and executor. The rest of the
  // class is for after it.
  void Start(int argc, char** argv);

  Metrics& metrics();
  // Runs what blocks. Every task it took is run before the Service is gone.
  Executor& executor();
  rpc::Admission& admission();

  // Serves `services` until SIGTERM or SIGINT, then drains in the order of the
  // design: not ready, --drain_delay, refuse and end streams, finish what runs
  // within --drain_timeout. Returns main's exit code: 0, or 1 if work was cut.
  int Serve(const std::vector<grpc::Service*>& services, Check check);

  // The value of `result`, or the end of the process with its error.
  template <typename T>
  T OrExit(absl::StatusOr<T> result) const {
    if (!result.ok()) Exit(result.status());
    return *std::move(result);
  }
  [[noreturn]] void Exit(const absl::Status& status) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// --data_dir and --database: the directory that the process owns, and the
// database in it. Make it before Service::Start.
class DataOptions {
 public:
  // Defaults: ./data/<name> and sqlite:<data_dir>/<name>.db, <name> without
  // "triad-". `service` must outlive it.
  explicit DataOptions(Service& service);
  ~DataOptions();
  DataOptions(const DataOptions&) = delete;
  DataOptions& operator=(const DataOptions&) = delete;

  // The directory, made if missing and locked on first use until the end, and
  // its disk then among the metrics. Ends the process if another one has it.
  const std::string& Directory();

  // Opens the database and brings its schema up to date, or ends the process.
  std::unique_ptr<db::Database> OpenDatabase(absl::Span<const db::Migration> migrations);

 private:
  Service& service_;
  std::string data_dir_;
  std::string database_url_;
  std::unique_ptr<DataDirectory> directory_;
};

}  // namespace triad::service

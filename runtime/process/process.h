// The common life of a process, with and without gRPC and data: flags, logs,
// metrics, reports, the admin port, readiness, and an orderly end.
//
//     int main(int argc, char** argv) {
//       triad::Process process({.name = "triad-gateway",
//                               .summary = "REST in front of gRPC services.",
//                               .listens_for = "browsers and REST clients"});
//       ...                                        // flags of its own
//       process.Start(argc, argv);
//       auto server = process.OrExit(...);         // parts
//       return process.Serve({.port = server->port(), ...});
//     }
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/base/options/options.h"
#include "runtime/export/reporting.h"
#include "runtime/process/signals.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad {

// Whether HOST:PORT listens on this machine alone.
bool IsLoopback(absl::string_view listen);

struct ProcessInfo {
  std::string name;                  // of the binary, "triad-config"
  std::string summary;               // one sentence for --help
  std::string listens_for = "gRPC";  // whom or what --listen is for
};

// What a process serves, and how it ends. All but `port` are called by Serve.
struct Serving {
  int port = 0;  // that it listens on
  // Whether it can do its work; asked on the admin loop, so it does not block.
  std::function<absl::Status()> ready;
  // Tells clients to leave; work is still taken.
  std::function<void()> announce_end;
  // What SIGHUP does; null: it ends the process as SIGTERM does.
  std::function<void()> reload = nullptr;
  // Refuses what is new, ends streams, and lets what runs finish for at most
  // `timeout`. An error if work was cut.
  std::function<absl::Status(absl::Duration timeout)> drain;
};

// Make it first in main: it blocks the signals that it waits for later. Used by
// main's thread alone.
class Process {
 public:
  // Adds the common options: --listen and --admin_listen, whose defaults are the
  // ports of suite.json (any free port for what is not in it), --log_level,
  // --log_format, --drain_delay, --drain_timeout, --max_message_bytes,
  // --memory_budget_bytes, and those of runtime/export.
  explicit Process(ProcessInfo info);
  // Sends the last traces and error reports, and flushes the log.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const std::string& name() const { return info_.name; }
  // For options of its own, before Start.
  OptionParser& options() { return parser_; }

  // Parses the options and starts logs, metrics and reports, or ends the process.
  // The rest of the class is for after it.
  void Start(int argc, char** argv);

  const std::string& listen() const { return listen_; }  // HOST:PORT as it was given
  // Of a gRPC message, sent or received; fits into an int.
  std::int64_t max_message_bytes() const { return max_message_bytes_; }
  // Bytes that may be held for clients, all of them together.
  std::int64_t memory_budget() const { return memory_budget_; }
  Metrics& metrics() { return *metrics_; }
  reporting::Reporting& reporting() { return *reporting_; }

  // Keeps how a signal ends the process in the file at `path`, unless --crash_file names
  // another, and reports what an earlier process left there. Once, before Serve.
  void KeepCrashesIn(const std::string& path);

  // Opens the admin port and waits for SIGTERM or SIGINT, reloading at SIGHUP, then ends in the
  // order of the design: not ready, --drain_delay, no new work, and what runs finishes within
  // --drain_timeout. Returns main's exit code: 0, or 1 if work was cut.
  int Serve(const Serving& serving);

  // The value of `result`, or the end of the process with its error.
  template <typename T>
  T OrExit(absl::StatusOr<T> result) const {
    if (!result.ok()) Exit(result.status());
    return *std::move(result);
  }
  void OrExit(const absl::Status& status) const {
    if (!status.ok()) Exit(status);
  }
  // The same for what listens at the address that `flag` names: the error then
  // says so, and what to do about a port that is in use.
  template <typename T>
  T ListeningOrExit(absl::string_view flag, absl::StatusOr<T> result) const {
    if (!result.ok()) Exit(CannotListen(flag, result.status()));
    return *std::move(result);
  }
  [[noreturn]] void Exit(const absl::Status& status) const;

 private:
  static absl::Status CannotListen(absl::string_view flag, const absl::Status& status);
  int Drain(const Serving& serving) const;

  TerminationSignal termination_;  // before any thread
  ProcessInfo info_;
  OptionParser parser_;
  std::string listen_;
  std::string admin_listen_;
  std::string log_level_ = "info";
  std::string log_format_ = "text";
  absl::Duration drain_delay_ = absl::ZeroDuration();
  absl::Duration drain_timeout_ = absl::Seconds(30);
  std::int64_t max_message_bytes_ = 8 * 1024 * 1024;
  std::int64_t memory_budget_ = 0;
  reporting::ReportingOptions reporting_options_;
  std::optional<Metrics> metrics_;
  std::unique_ptr<reporting::Reporting> reporting_;
};

}  // namespace triad

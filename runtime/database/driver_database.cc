#include "runtime/database/driver_database.h"

#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/status.h"
#include "runtime/database/log_keeper.h"
#include "runtime/database/reader_pool.h"
#include "runtime/database/writer.h"
#include "runtime/telemetry/metrics/latency_histogram.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "runtime/telemetry/traces/request_context.h"

namespace triad::db {
namespace {

// Null members if there are no metrics.
struct DatabaseMetrics {
  explicit DatabaseMetrics(Metrics* metrics) {
    if (metrics == nullptr) return;
    read = &metrics->LatencySeconds("triad_db_read_seconds", "Reads, from call to answer.");
    write = &metrics->LatencySeconds("triad_db_write_seconds",
                                     "Writes, from call to durable or failed.");
    group_size =
        &metrics->CountHistogram("triad_db_commit_group_size", "Writes that shared a commit.");
    queue = &metrics->Gauge("triad_db_writer_queue", "Writes that wait for their commit.");
    auto results = [&](const char* name, const char* help) -> LogCounters::Results {
      return {.ok = &metrics->Counter(name, help, {{"result", "ok"}}),
              .error = &metrics->Counter(name, help, {{"result", "error"}})};
    };
    log = {.folds = results("triad_db_checkpoints_total",
                            "Times the write-ahead log was to be folded into the database."),
           .restarts = results("triad_db_log_restarts_total",
                               "Times the write-ahead log had grown too long, by whether it could "
                               "be begun anew.")};
  }

  LatencyHistogram* read = nullptr;
  LatencyHistogram* write = nullptr;
  prometheus::Histogram* group_size = nullptr;
  prometheus::Gauge* queue = nullptr;
  LogCounters log;
};

std::vector<std::unique_ptr<DriverSession>> Alone(std::unique_ptr<DriverSession> session) {
  std::vector<std::unique_ptr<DriverSession>> sessions;
  sessions.push_back(std::move(session));
  return sessions;
}

class DriverDatabase final : public Database {
 public:
  DriverDatabase(DriverSessions sessions, const char* system, const OpenOptions& options)
      : system_(system),
        metrics_(options.metrics),
        writer_(
            std::move(sessions.writer), metrics_.group_size, [this] { AfterCommit(); },
            options.max_waiting_writes),
        readers_(std::move(sessions.readers)),
        health_(Alone(std::move(sessions.health))) {
    if (sessions.log == nullptr) return;
    log_keeper_.emplace(std::move(sessions.log), options.max_log_bytes, writer_, readers_,
                        metrics_.log);
  }
  // The writer's thread uses the rest.
  ~DriverDatabase() override { writer_.Stop(); }

  absl::Status Write(Work work, std::function<void()> committed) override {
    Observation observation(*this, kWrite);
    Waits(1);
    absl::Status status = writer_.Write(std::move(work), std::move(committed));
    Waits(-1);
    observation.End(status);
    return status;
  }

  absl::Status WriteLater(Work work, std::function<void()> committed, Answer answer) override {
    auto observation = std::make_shared<Observation>(*this, kWrite);
    Waits(1);
    absl::Status taken = writer_.WriteLater(
        std::move(work), std::move(committed),
        [this, observation, answer = std::move(answer)](absl::Status status) mutable {
          Waits(-1);
          observation->End(status);
          observation.reset();
          answer(std::move(status));
        });
    if (taken.ok()) return taken;
    Waits(-1);
    observation->End(taken);
    return taken;
  }

  absl::Status Read(absl::FunctionRef<absl::Status(Session&)> work) override {
    Observation observation(*this, kRead);
    absl::Status status = ReadWithin(work);
    observation.End(status);
    return status;
  }

  absl::Status Purge(absl::Duration timeout) override {
    if (!log_keeper_.has_value()) return absl::OkStatus();
    Countdown countdown(timeout);
    absl::Status status;
    do {
      status = writer_.RunAlone([this] { return log_keeper_->Wipe(); });
      if (!absl::IsDeadlineExceeded(status) && !absl::IsUnavailable(status)) return status;
    } while (!countdown.over());
    return status;
  }

  absl::Status CheckHealth(absl::Duration timeout) override {
    Countdown countdown(timeout);
    TRIAD_RETURN_IF_ERROR(writer_.CheckPulse(timeout));
    ReaderPool::Lease reader = health_.TakeWithin(countdown.left());
    if (reader == nullptr) return TooSlow("the check before has not ended", timeout);
    TRIAD_RETURN_IF_ERROR(reader->Probe());
    return countdown.over() ? TooSlow("a read was not done", timeout) : absl::OkStatus();
  }

 private:
  struct Operation {
    const char* span;
    const char* name;
    LatencyHistogram* DatabaseMetrics::*latency;
  };
  static constexpr Operation kRead{"db read", "read", &DatabaseMetrics::read};
  static constexpr Operation kWrite{"db write", "write", &DatabaseMetrics::write};

  // Times a call, from here to its end, and is a span if it is made for a request.
  class Observation {
   public:
    Observation(const DriverDatabase& database, const Operation& operation)
        : latency_(database.metrics_.*operation.latency),
          trace_(CurrentRecordedTrace()),
          span_(operation.span, SpanKind::kClient) {
      span_.Set("db.system", database.system_);
      span_.Set("db.operation.name", operation.name);
    }
    void End(const absl::Status& status) {
      if (latency_ != nullptr) latency_->Observe(absl::ToDoubleSeconds(watch_.elapsed()), trace_);
      span_.End(status);
    }

   private:
    LatencyHistogram* const latency_;
    const std::string trace_;
    Stopwatch watch_;
    ChildSpan span_;
  };

  absl::Status ReadWithin(absl::FunctionRef<absl::Status(Session&)> work) {
    ReaderPool::Lease reader = readers_.Take();
    TRIAD_RETURN_IF_ERROR(reader->Begin());
    // Nothing was changed; this only lets go of the snapshot.
    return RollBack(*reader, RunWork(work, *reader));
  }

  void AfterCommit() {
    if (log_keeper_.has_value()) log_keeper_->AfterCommit();
  }

  void Waits(int more) const {
    if (metrics_.queue != nullptr) metrics_.queue->Increment(more);
  }

  static absl::Status TooSlow(absl::string_view what, absl::Duration timeout) {
    return absl::DeadlineExceededError(
        absl::StrCat("database: ", what, " within ", absl::FormatDuration(timeout)));
  }

  const char* const system_;
  const DatabaseMetrics metrics_;
  Writer writer_;  // destroyed after the readers: SQLite's last one folds the log into the file
  ReaderPool readers_;
  ReaderPool health_;
  std::optional<LogKeeper> log_keeper_;  // last: it uses the others; none if there is no log
};

}  // namespace

std::unique_ptr<Database> MakeDatabase(DriverSessions sessions, const char* system,
                                       const OpenOptions& options) {
  return std::make_unique<DriverDatabase>(std::move(sessions), system, options);
}

}  // namespace triad::db

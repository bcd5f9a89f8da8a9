#include "runtime/audit/audit_log.h"

#include <prometheus/counter.h>

#include <algorithm>
#include <iostream>
#include <limits>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/audit/rows.h"
#include "runtime/base/clock.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::audit {
namespace {

constexpr std::int64_t kMaxLookedAt = 10'000;
constexpr std::int64_t kBatch = 500;
// Of one interval; what goes beyond is counted together.
constexpr std::size_t kMaxAttempts = 100;
constexpr char kStandardOutput[] = "-";

// Those that match, up to `limit`, of what `read` gives from an id on.
absl::StatusOr<Page> Collect(
    const Filter& filter, std::int64_t from, std::int64_t limit,
    absl::FunctionRef<absl::StatusOr<std::vector<Line>>(std::int64_t from)> read) {
  Page page;
  page.next = from;
  for (std::int64_t looked_at = 0; looked_at < kMaxLookedAt; looked_at += kBatch) {
    TRIAD_ASSIGN_OR_RETURN(std::vector<Line> lines, read(page.next));
    for (Line& line : lines) {
      page.more = static_cast<std::int64_t>(page.lines.size()) == limit;
      if (page.more) return page;
      page.next = line.id;
      if (filter.Matches(line)) page.lines.push_back(std::move(line));
    }
    if (static_cast<std::int64_t>(lines.size()) < kBatch) return page;
  }
  page.more = true;
  return page;
}

}  // namespace

bool Filter::Matches(const Line& line) const {
  return absl::StartsWith(line.resource, resource) && absl::EndsWith(line.method, method) &&
         (principal.empty() || line.principal == principal) &&
         (outcome.empty() || line.outcome == outcome) && line.time >= from && line.time < to;
}

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(db::Database& database, const Clock& clock,
                                                         Metrics& metrics, Options options) {
  std::unique_ptr<AuditLog> log(new AuditLog(database, clock, metrics, std::move(options)));
  const std::string& path = log->options_.file;
  if (!path.empty() && path != kStandardOutput) {
    MutexLock lock(log->file_mutex_);
    log->file_.open(path, std::ios::app | std::ios::binary);
    if (!log->file_) {
      return absl::InvalidArgumentError(
          absl::StrCat("--audit_file: ", path, " cannot be written to"));
    }
  }
  log->background_ = std::make_unique<Background>(
      "audit", log->options_.interval, [log = log.get()](const Background& b) { log->Tidy(b); });
  return log;
}

AuditLog::AuditLog(db::Database& database, const Clock& clock, Metrics& metrics, Options options)
    : database_(database),
      clock_(clock),
      options_(std::move(options)),
      refused_counter_(metrics.Counter("triad_audit_refused_total",
                                       "Attempts that were refused for want of a right.")) {}

AuditLog::~AuditLog() {
  background_.reset();
  absl::Status written = WriteRefused();
  if (!written.ok()) {
    log::Warning("refused attempts are not in the audit log", {{"error", written.ToString()}});
  }
}

absl::Status AuditLog::Append(db::Session& session, Line& line) const {
  line.time = clock_.NowMicros();
  return Rows(session).Append(line);
}

void AuditLog::Committed(const Line& line) {
  Emit(line);
  std::map<std::uint64_t, std::function<void()>> called;
  MutexLock lock(mutex_);
  called.swap(waiting_);
  for (auto& [id, changed] : called) changed();
}

void AuditLog::Emit(const Line& line) {
  if (options_.file.empty()) return;
  std::string json = absl::StrCat(ToJson(line), "\n");
  MutexLock lock(file_mutex_);
  std::ostream& out = options_.file == kStandardOutput ? std::cout : file_;
  out << json << std::flush;
}

absl::Status AuditLog::AppendNow(std::vector<Line> lines) {
  auto append = [&](db::Session& session) -> absl::Status {
    for (Line& line : lines) TRIAD_RETURN_IF_ERROR(Append(session, line));
    return absl::OkStatus();
  };
  return database_.Write(append, [&] {
    for (const Line& line : lines) Committed(line);
  });
}

void AuditLog::Refused(Line line) {
  refused_counter_.Increment();
  MutexLock lock(refused_mutex_);
  Attempt attempt{line.method, line.address.empty() ? line.peer : line.address, line.resource,
                  line.outcome};
  if (refused_.size() >= kMaxAttempts && refused_.count(attempt) == 0) {
    attempt = {};
    line = Line{.method = "others", .outcome = line.outcome};
  }
  auto [found, added] = refused_.emplace(std::move(attempt), line);
  if (!added) ++found->second.count;
}

absl::Status AuditLog::WriteRefused() {
  std::map<Attempt, Line> refused;
  {
    MutexLock lock(refused_mutex_);
    refused.swap(refused_);
  }
  if (refused.empty()) return absl::OkStatus();
  absl::Status written = database_.Write(
      [&](db::Session& session) -> absl::Status {
        for (auto& [attempt, line] : refused) TRIAD_RETURN_IF_ERROR(Append(session, line));
        return absl::OkStatus();
      },
      [&] {
        for (const auto& [attempt, line] : refused) Committed(line);
      });
  if (!written.ok()) KeepRefused(refused);
  return written;
}

void AuditLog::KeepRefused(const std::map<Attempt, Line>& refused) {
  MutexLock lock(refused_mutex_);
  for (const auto& [attempt, line] : refused) {
    auto [found, added] = refused_.emplace(attempt, line);
    if (!added) found->second.count += line.count;
  }
}

absl::Status AuditLog::DeleteOld(const Background& background) {
  absl::Time end = clock_.Now() - options_.retention;
  for (std::int64_t deleted = kBatch; deleted == kBatch && !background.stopping();) {
    TRIAD_RETURN_IF_ERROR(database_.Write([&](db::Session& session) -> absl::Status {
      TRIAD_ASSIGN_OR_RETURN(deleted, Rows(session).DeleteBefore(end, kBatch));
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

void AuditLog::Tidy(const Background& background) {
  for (const absl::Status& status : {WriteRefused(), DeleteOld(background)}) {
    if (status.ok()) continue;
    log::Warning("the audit log is not tidied, will be tried again",
                 {{"error", status.ToString()}});
  }
}

absl::StatusOr<Page> AuditLog::List(const Filter& filter, std::int64_t below, std::int64_t limit) {
  if (below == 0) below = std::numeric_limits<std::int64_t>::max();
  return Collect(filter, below, limit, [&](std::int64_t from) {
    return db::Read(database_,
                    [&](db::Session& session) { return Rows(session).ListBefore(from, kBatch); });
  });
}

absl::StatusOr<Page> AuditLog::ListAfter(const Filter& filter, std::int64_t above,
                                         std::int64_t limit) {
  return Collect(filter, above, limit, [&](std::int64_t from) {
    return db::Read(database_,
                    [&](db::Session& session) { return Rows(session).ListAfter(from, kBatch); });
  });
}

absl::StatusOr<std::int64_t> AuditLog::NewestId() {
  return db::Read(database_, [](db::Session& session) { return Rows(session).NewestId(); });
}

std::uint64_t AuditLog::WhenChanged(std::function<void()> changed) {
  MutexLock lock(mutex_);
  std::uint64_t id = next_waiter_++;
  waiting_.emplace(id, std::move(changed));
  return id;
}

void AuditLog::Forget(std::uint64_t id) {
  MutexLock lock(mutex_);
  waiting_.erase(id);
}

}  // namespace triad::audit

#include "runtime/database/log_keeper.h"

#include <prometheus/counter.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::db {
namespace {

// Reads are pages, which take milliseconds; beyond the limit writes wait meanwhile, too.
constexpr absl::Duration kReadersPatience = absl::Milliseconds(100);
// Nobody waits for it but the log.
constexpr absl::Duration kWriterPatience = absl::Seconds(1);
constexpr absl::Duration kRetryInterval = absl::Seconds(2);

// Shares of the limit, which is 64 MiB: what is folded at a time, and from what length on the
// log is to begin anew.
constexpr std::int64_t kFoldShare = 16;
constexpr std::int64_t kLongShare = 4;
// What is best folded while writes wait, as it is done about as soon as one sync of the disk.
// Each round leaves what was written during it, so that it takes but a few to get to so little,
// unless writes are quicker than the disk folds: then they have to wait for more.
constexpr std::int64_t kRestShare = 64;
constexpr int kMaxRounds = 4;

void Count(const LogCounters::Results& results, const absl::Status& status) {
  prometheus::Counter* counter = status.ok() ? results.ok : results.error;
  if (counter != nullptr) counter->Increment();
}

}  // namespace

LogKeeper::LogKeeper(std::unique_ptr<DriverLog> log, std::int64_t max_bytes, Writer& writer,
                     ReaderPool& readers, LogCounters counters)
    : log_(std::move(log)),
      max_bytes_(max_bytes),
      writer_(writer),
      readers_(readers),
      counters_(counters),
      restart_above_(max_bytes),
      fold_rest_above_(max_bytes / kLongShare),
      background_("db-log", kRetryInterval, [this](const Background&) { FoldIfDue(); }) {}

void LogKeeper::AfterCommit() {
  std::int64_t bytes = log_->Bytes();
  appended_bytes_ += bytes < seen_bytes_ ? bytes : bytes - seen_bytes_;
  seen_bytes_ = bytes;
  if (appended_bytes_ >= max_bytes_ / kFoldShare) {
    appended_bytes_ = 0;
    due_ = true;
    // While it fails it is tried from time to time, however much is written.
    if (!fails_) background_.Wake();
  }
  if (bytes > restart_above_) Restart(bytes);
}

void LogKeeper::FoldIfDue() {
  if (!due_.exchange(false)) return;
  absl::Status folded = Fold();
  Count(counters_.folds, folded);
  fails_ = !folded.ok();
  if (folded.ok()) return;
  due_ = true;
  log::Warning("the write-ahead log cannot be folded into the database, will be tried again",
               {{"bytes", log_->Bytes()}, {"error", folded.ToString()}});
}

absl::Status LogKeeper::Fold() {
  TRIAD_ASSIGN_OR_RETURN(std::int64_t left, log_->Fold());
  std::int64_t bytes = log_->Bytes();
  // It has begun anew since, if it is shorter than it was.
  fold_rest_above_ = std::min(fold_rest_above_, bytes + max_bytes_ / kLongShare);
  if (bytes < fold_rest_above_) return absl::OkStatus();
  for (int round = 1; round < kMaxRounds && left > max_bytes_ / kRestShare; ++round) {
    TRIAD_ASSIGN_OR_RETURN(left, log_->Fold());
  }
  fold_rest_above_ = bytes + max_bytes_ / kLongShare;
  return FoldRest();
}

absl::Status LogKeeper::FoldRest() {
  // A long transaction leaves it to the next time.
  if (!writer_.Pause(kWriterPatience)) return absl::OkStatus();
  absl::Status folded = log_->Fold().status();
  writer_.Resume();
  return folded;
}

void LogKeeper::Restart(std::int64_t bytes) {
  absl::Status restarted = WithoutReaders(&DriverLog::Restart);
  Count(counters_.restarts, restarted);
  restart_above_ = restarted.ok() ? max_bytes_ : bytes + max_bytes_ / 4;
  if (restarted.ok()) return;
  log::Warning("the write-ahead log cannot begin anew, will be tried again",
               {{"bytes", bytes}, {"error", restarted.ToString()}});
}

absl::Status LogKeeper::Wipe() { return WithoutReaders(&DriverLog::Wipe); }

absl::Status LogKeeper::WithoutReaders(absl::Status (DriverLog::*begin_anew)()) {
  // Most of it is done before reads have to wait.
  TRIAD_RETURN_IF_ERROR(log_->Fold().status());
  if (!readers_.Pause(kReadersPatience)) {
    return absl::DeadlineExceededError(
        absl::StrCat("a read took longer than ", absl::FormatDuration(kReadersPatience)));
  }
  absl::Status status = ((*log_).*begin_anew)();
  readers_.Resume();
  return status;
}

}  // namespace triad::db

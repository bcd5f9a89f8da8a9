#include "runtime/database/log_limit.h"

#include <prometheus/counter.h>

#include "absl/strings/str_cat.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::db {
namespace {

// Reads are pages, which take milliseconds; writes wait meanwhile, too.
constexpr absl::Duration kPatience = absl::Milliseconds(100);

void Count(prometheus::Counter* counter) {
  if (counter != nullptr) counter->Increment();
}

}  // namespace

void LogLimit::Enforce(DriverSession& writer) {
  std::int64_t bytes = writer.LogBytes();
  if (bytes <= next_bytes_) return;
  absl::Status restarted = Restart(writer);
  Count(restarted.ok() ? counters_.restarted : counters_.failed);
  next_bytes_ = restarted.ok() ? max_bytes_ : bytes + max_bytes_ / 4;
  if (restarted.ok()) return;
  log::Warning("the write-ahead log cannot begin anew, will be tried again",
               {{"bytes", bytes}, {"error", restarted.ToString()}});
}

absl::Status LogLimit::Restart(DriverSession& writer) {
  if (!readers_.Pause(kPatience)) {
    return absl::DeadlineExceededError(
        absl::StrCat("a read took longer than ", absl::FormatDuration(kPatience)));
  }
  absl::Status status = writer.RestartLog();
  readers_.Resume();
  return status;
}

}  // namespace triad::db

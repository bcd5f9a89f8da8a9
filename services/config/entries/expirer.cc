#include "services/config/entries/expirer.h"

#include "runtime/base/clock.h"
#include "runtime/telemetry/logs/log.h"
#include "services/config/entries/entry_store.h"

namespace triad::config {
namespace {

// A transaction deletes so many at most, because writers wait for it.
constexpr std::int64_t kBatch = 100;

}  // namespace

Expirer::Expirer(EntryStore& store, const Clock& clock, absl::Duration interval)
    : store_(store),
      clock_(clock),
      background_("expirer", interval, [this](const Background& b) { ExpireAll(b); }) {}

void Expirer::ExpireAll(const Background& background) {
  while (!background.stopping()) {
    absl::StatusOr<std::int64_t> expired = store_.Expire(clock_.Now(), kBatch);
    if (!expired.ok()) {
      log::Warning("entries whose end has come are not deleted, will be tried again",
                   {{"error", expired.status().ToString()}});
      return;
    }
    if (*expired < kBatch) return;
  }
}

}  // namespace triad::config

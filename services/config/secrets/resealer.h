// Seals again, with the first key, what is sealed with an older one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/base/background.h"
#include "runtime/database/database.h"
#include "services/config/rows/entry_repository.h"

namespace prometheus {
class Gauge;
}

namespace triad {
class Metrics;
}

namespace triad::config {

class Keyring;

struct ResealOptions {
  // Most versions of one transaction, and the bytes after which it ends: writers
  // wait for it.
  std::int64_t batch = 100;
  std::int64_t batch_bytes = 1 << 20;
};

// How far a pass over what older keys have sealed has come.
struct ResealPass {
  std::string first;   // key that seals
  std::string key_id;  // the older one
  VersionName after;   // version with that one which was looked at last
  std::int64_t resealed = 0;
  std::int64_t unopened = 0;
  // What did not open in the latest transaction. It stays as it is.
  std::vector<VersionName> damaged;
  bool done = false;
};

// One transaction of a pass, which begins with an empty `pass`, and begins anew
// if the first key has changed. Nobody sees a difference in what it changes: no
// version, revision, event or etag is new. The last one seals the key check, so
// that a database whose pass was cut short opens with the keys that it has.
//
// All that was written before the first transaction is seen by the pass, and what
// is written later is sealed with the first key: once done, only what did not
// open is sealed with another.
absl::Status ResealOnce(db::Database& database, const Keyring& keyring,
                        const ResealOptions& options, ResealPass& pass);

// A thread that does so whenever it is needed. What it is given outlives it. Its
// end waits for the transaction that runs.
class Resealer {
 public:
  Resealer(db::Database& database, const Keyring& keyring, Metrics& metrics,
           ResealOptions options = {}, absl::Duration interval = absl::Minutes(1));

  // The keys have changed. Does not block.
  void Wake() { background_.Wake(); }

 private:
  struct Older;
  absl::Status Reseal(const Background& background);
  absl::StatusOr<Older> Look();
  absl::Status Pass(const Background& background);
  void Announce(const std::string& first);

  db::Database& database_;
  const Keyring& keyring_;
  const ResealOptions options_;
  prometheus::Gauge& older_;
  // The thread's own: of the latest pass that was done, and what was told.
  std::string passed_;
  std::int64_t unopened_ = 0;
  std::string announced_;
  Background background_;  // last: it uses the rest
};

}  // namespace triad::config

// Seals the secrets again with the first key that are sealed with an older one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/base/background.h"
#include "runtime/database/database.h"
#include "services/config/rows/sealed_rows.h"

namespace prometheus {
class Gauge;
}

namespace triad {
class Metrics;
}

namespace triad::config {

class Keyring;

struct ResealOptions {
  // A transaction ends after so many versions, or so many bytes of them, because
  // writers wait for it.
  std::int64_t batch = 100;
  std::int64_t batch_bytes = 1 << 20;
};

// A pass goes over every version that an older key has sealed. This says how far it
// has come.
struct ResealPass {
  std::string first_key_id;  // of the key that seals
  std::string older_key_id;  // of the key whose versions are being sealed again
  VersionName after;         // the last one of them that was looked at
  std::int64_t resealed = 0;
  std::int64_t unopened = 0;
  // Those that did not open in the latest transaction. They stay as they are.
  std::vector<VersionName> damaged;
  bool done = false;
};

// Runs the next transaction of `pass` and returns how far it has come then. A pass
// begins as an empty one, and begins anew if the first key has changed. No version,
// revision, event or etag changes. The last transaction seals the key check, so that
// a database whose pass was cut short still opens with the keys that it has.
//
// The first transaction sees everything that was written before it, and what is
// written later is sealed with the first key. So once the pass is done, only what
// did not open is sealed with another one.
absl::StatusOr<ResealPass> ResealOnce(db::Database& database, const Keyring& keyring,
                                      const ResealOptions& options, const ResealPass& pass);

// A thread that runs such passes whenever they are needed. What it is given outlives
// it. Its destructor waits for the transaction that runs.
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
  // For the thread alone. The first key of the latest pass that was done, how many
  // versions did not open in it, and the first key that Announce has logged.
  std::string passed_;
  std::int64_t unopened_ = 0;
  std::string announced_;
  Background background_;  // last: it uses the rest
};

}  // namespace triad::config

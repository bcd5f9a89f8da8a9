// Seals again what is sealed with a key that another has replaced: data keys with the first key
// of the keyring, and values with the last data key of their namespace.
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

class DataKeys;
class Keyring;

struct ResealOptions {
  // A transaction ends after so many values and data keys, or so many bytes of them, because
  // writers wait for it.
  std::int64_t batch = 100;
  std::int64_t batch_bytes = 1 << 20;
};

// What a replaced key has sealed, and what is left of such keys.
struct ReplacedKeys {
  std::string first_key_id;  // of the keyring
  // Keys that have sealed values, in order: of the keyring, or data keys that were replaced.
  std::vector<std::string> key_ids;
  std::int64_t values = 0;
  std::int64_t wrapped = 0;  // data keys that another key than the first has wrapped
  std::int64_t unused = 0;   // data keys that were replaced, and have sealed nothing any more
  bool key_check = false;    // whether it is sealed with another key than the first

  std::int64_t sealed() const { return values + wrapped; }
};
absl::StatusOr<ReplacedKeys> FindReplacedKeys(db::Session& session, const Keyring& keyring);

// A pass goes over everything that replaced keys have sealed. This says how far it has come.
struct ResealPass {
  std::string first_key_id;  // of the keyring
  bool begun = false;
  std::string data_key;               // the last one that was looked at, to be wrapped again
  std::vector<std::string> replaced;  // keys whose values are still to be sealed again; last first
  VersionName after;                  // the last of the current one's that was looked at
  std::int64_t resealed = 0;          // values and data keys
  std::int64_t unopened = 0;
  // Those that did not open in the latest transaction. They stay as they are.
  std::vector<VersionName> damaged;
  std::vector<std::string> damaged_keys;  // data keys, as FormatDataKeyName names them
  bool done = false;
};

// Runs the next transaction of `pass` and returns how far it has come then. A pass begins as an
// empty one, and begins anew if the first key has changed. No version, revision, event or etag
// changes. The last transaction deletes the data keys that nothing is sealed with any more, and
// seals the key check, so that a database whose pass was cut short still opens with the keys that
// it has.
//
// The first transaction sees everything that was written before it, and what is written later is
// sealed with the keys of now. So once the pass is done, only what did not open, and what a key
// has sealed that was replaced meanwhile, is sealed with another one.
absl::StatusOr<ResealPass> ResealOnce(db::Database& database, const Keyring& keyring,
                                      const DataKeys& data_keys, const ResealOptions& options,
                                      const ResealPass& pass);

// A thread that runs such passes whenever they are needed. What it is given outlives it. Its
// destructor waits for the transaction that runs.
class Resealer {
 public:
  Resealer(db::Database& database, const Keyring& keyring, const DataKeys& data_keys,
           Metrics& metrics, ResealOptions options = {},
           absl::Duration interval = absl::Minutes(1));

  // The keys have changed. Does not block.
  void Wake() { background_.Wake(); }

 private:
  absl::Status Reseal(const Background& background);
  absl::StatusOr<ReplacedKeys> Look();
  absl::Status Pass(const Background& background);
  void Announce(const std::string& first);

  db::Database& database_;
  const Keyring& keyring_;
  const DataKeys& data_keys_;
  const ResealOptions options_;
  prometheus::Gauge& replaced_;
  // For the thread alone. The first key of the latest pass that was done, how much did not open in
  // it, and the first key that Announce has logged.
  std::string passed_;
  std::int64_t unopened_ = 0;
  std::string announced_;
  Background background_;  // last: it uses the rest
};

}  // namespace triad::config

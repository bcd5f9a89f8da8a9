// Puts new keys in the place of those that seal, while everything runs.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/audit/audit_log.h"
#include "runtime/base/mutex.h"
#include "runtime/database/database.h"
#include "services/config/entries/entry_write.h"
#include "services/config/rows/data_key_rows.h"

namespace triad {
class FileSystem;
class Random;
}  // namespace triad

namespace triad::config {

class DataKeys;
class Keyring;

// What a key of the keyring is needed for.
struct KeyUse {
  std::string id;
  std::int64_t data_keys = 0;  // that it has wrapped
  std::int64_t values = 0;     // that it has sealed itself, as earlier versions did
};

struct KeyringState {
  std::vector<KeyUse> keys;  // as in the file; the first seals
  // Values and data keys that are still to be sealed with the keys of now, those that do not open
  // among them.
  std::int64_t pending = 0;
};

struct KeyRotatorParts {
  db::Database& database;
  audit::AuditLog& audit;
  FileSystem& files;
  Random& random;
  Keyring& keyring;
  const DataKeys& data_keys;
  std::function<void()> changed;  // told when keys have changed; must not block
};

// Thread-safe. Blocks.
class KeyRotator {
 public:
  // The parts must outlive it.
  KeyRotator(KeyRotatorParts parts, std::string key_file)
      : parts_(std::move(parts)), key_file_(std::move(key_file)) {}

  // Gives a namespace its next data key. Its values are sealed with it in the background; then
  // the one before is deleted. NOT_FOUND if there is no such namespace, FAILED_PRECONDITION if it
  // is being deleted.
  absl::StatusOr<DataKeyRow> RotateDataKey(const std::string& space, DryRun dry_run);

  // Draws a key, writes it into the file of keys as the first, and takes it. Data keys are wrapped
  // with it in the background. FAILED_PRECONDITION, with what to do, if the file cannot be written
  // or holds other keys than the keyring.
  absl::StatusOr<KeyringState> RotateKeyEncryptionKey(DryRun dry_run);

  absl::StatusOr<KeyringState> Read();

  // Takes the keys of `text`, which the file holds, as TakeKeys does.
  absl::Status Take(absl::string_view text);

 private:
  absl::StatusOr<std::string> NextKeyFile();

  const KeyRotatorParts parts_;
  const std::string key_file_;
  Mutex mutex_;  // held while the file is read, changed and taken
};

}  // namespace triad::config

// Envelope encryption. The secrets of a namespace are sealed with a data key of its own, which
// is kept in the database, itself sealed ("wrapped") with the first key of the keyring, the
// key-encryption key. So another key-encryption key takes no more than wrapping the data keys
// again, and without its data key nothing of a namespace opens any more.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"
#include "services/config/rows/data_key_rows.h"

namespace triad {
class Clock;
class Random;
}  // namespace triad

namespace triad::config {

class Keyring;
class SecretBox;

// Keeps no key: each is read and opened when it is used, and wiped after that. Thread-safe; the
// sessions are not.
class DataKeys {
 public:
  // What it is given must outlive it.
  DataKeys(const Keyring& keyring, Random& random, const Clock& clock)
      : keyring_(keyring), random_(random), clock_(clock) {}

  // For the content of a secret: 32 hex digits, drawn at random.
  std::string NewContentId() const;

  // A text of `length` characters, each drawn from `alphabet`, which is not empty.
  std::string Generate(std::int64_t length, absl::string_view alphabet) const;

  // Seals with the last data key of the namespace, which gets its first one if it has none, in
  // a transaction that holds writes. FAILED_PRECONDITION if the key that has wrapped it is not
  // among the keyring's, DATA_LOSS if it was changed.
  absl::StatusOr<Sealed> Seal(db::Session& session, absl::string_view plaintext,
                              const EntryName& name, std::int64_t version) const;

  // Opens also what a key of the keyring has sealed itself, as earlier versions did. Errors are
  // those of Seal and of Keyring::Open.
  absl::StatusOr<std::string> Open(db::Session& session, const Sealed& sealed,
                                   const EntryName& name, std::int64_t version) const;

  // Draws the next data key of a namespace that is there, in a transaction that holds writes.
  absl::StatusOr<DataKeyRow> Rotate(db::Session& session, const std::string& space) const;

  // Wraps a data key with the first key of the keyring. Errors as of Seal.
  absl::Status Rewrap(db::Session& session, const DataKeyRow& row) const;

 private:
  absl::StatusOr<std::unique_ptr<SecretBox>> Unwrap(const DataKeyRow& row) const;

  const Keyring& keyring_;
  Random& random_;
  const Clock& clock_;
};

// "namespaces/{namespace}/dataKeys/{number}".
std::string FormatDataKeyName(const DataKeyRow& row);

}  // namespace triad::config

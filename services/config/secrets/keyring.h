// The key-encryption keys, which seal the data keys of the namespaces. The first one seals, and
// all of them open. To exchange the key, put a new one before it; the old one can be taken away
// once nothing is sealed with it any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/mutex.h"
#include "services/config/secrets/secret_box.h"

namespace triad {
class Random;
}

namespace triad::config {

// Thread-safe.
class Keyring {
 public:
  // The largest file of keys that is read.
  static constexpr std::size_t kMaxFileBytes = 4096;

  // Keys are shared, so that a call that runs while they are replaced ends with the
  // key that it began with. That key is wiped after the call.
  using Key = std::shared_ptr<const SecretBox>;
  using Keys = std::vector<Key>;

  // The keys in `text`: one a line, as SecretBox reads it. Blank lines are skipped,
  // and a key that comes again is left out. INVALID_ARGUMENT if there is no key, or
  // if a line is none: the message gives the number of the line and not its text.
  // `random` must outlive the keys.
  static absl::StatusOr<Keys> Parse(absl::string_view text, Random& random);

  // `keys` must not be empty, here and in Replace.
  explicit Keyring(Keys keys);
  Keyring(const Keyring&) = delete;
  Keyring& operator=(const Keyring&) = delete;

  void Replace(Keys keys);

  // In the order of the keys.
  std::vector<std::string> key_ids() const;
  std::string first_key_id() const;

  // Seals with the first key. Errors are those of SecretBox.
  absl::StatusOr<Sealed> Seal(absl::string_view plaintext, const EntryName& name,
                              std::int64_t version) const;
  // Opens with the key that it was sealed with. FAILED_PRECONDITION, with the name of
  // that key, if it is not here; otherwise errors are those of SecretBox.
  absl::StatusOr<std::string> Open(const Sealed& sealed, const EntryName& name,
                                   std::int64_t version) const;

 private:
  Key First() const;

  mutable Mutex mutex_;
  Keys keys_ ABSL_GUARDED_BY(mutex_);
};

// Names of `keys`, in their order.
std::vector<std::string> KeyIds(const Keyring::Keys& keys);

}  // namespace triad::config

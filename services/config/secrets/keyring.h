// The keys of the secrets: one seals, all of them open. A key is exchanged by
// putting another one before it, and leaves once nothing is sealed with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
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
  // Bytes of the largest file of keys.
  static constexpr std::size_t kMaxFileBytes = 4096;

  // In the order of their lines, each once. Shared, so that a call that runs while
  // they are replaced ends with the key that it began with, which is wiped then.
  using Key = std::shared_ptr<const SecretBox>;
  using Keys = std::vector<Key>;

  // One key a line, as SecretBox reads it; blank lines are nothing.
  // INVALID_ARGUMENT, with the number of the line and without its text, if one is
  // not a key; also if there is none. `random` must outlive the keys.
  static absl::StatusOr<Keys> Parse(absl::string_view text, Random& random);

  // `keys` is not empty, here and in Replace.
  explicit Keyring(Keys keys);
  Keyring(const Keyring&) = delete;
  Keyring& operator=(const Keyring&) = delete;

  // `keys` instead.
  void Replace(Keys keys);

  // Names of the keys, the one that seals first.
  std::vector<std::string> key_ids() const;
  std::string first_key_id() const;

  // With the first key. Errors as SecretBox.
  absl::StatusOr<Sealed> Seal(absl::string_view plaintext, const EntryName& name,
                              std::int64_t version) const;
  // With the key that it was sealed with; FAILED_PRECONDITION, with the name of
  // the key, if it is not among them. Else errors as SecretBox.
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

// Encrypts the values of secrets: AES-256-GCM.
//
// Every value gets a random 96-bit nonce. What it belongs to (namespace, key,
// version) is authenticated with it, so that a ciphertext moved to another row
// of the database does not open.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/config/model/entry.h"

namespace triad {
class Random;
}

namespace triad::config {

// One key. Thread-safe. Its destructor wipes the key from memory.
class SecretBox {
 public:
  static constexpr std::size_t kKeyBytes = 32;

  // `text` is 32 bytes in hex or base64, white space around it allowed. Anything else
  // is INVALID_ARGUMENT, with a message that does not repeat the text. `random` must
  // outlive the box.
  static absl::StatusOr<std::unique_ptr<SecretBox>> FromText(absl::string_view text,
                                                             Random& random);
  // The key is `key`, of kKeyBytes bytes, which are wiped with the box.
  static std::unique_ptr<SecretBox> FromBytes(std::string key, Random& random);
  // A new key as FromText reads it: hex and a newline.
  static std::string NewKeyText(Random& random);

  ~SecretBox();
  SecretBox(const SecretBox&) = delete;
  SecretBox& operator=(const SecretBox&) = delete;

  // A name for the key, from which the key cannot be told.
  const std::string& key_id() const { return key_id_; }

  // INTERNAL if OpenSSL fails.
  absl::StatusOr<Sealed> Seal(absl::string_view plaintext, const EntryName& name,
                              std::int64_t version) const;

  // FAILED_PRECONDITION if it was sealed with another key, DATA_LOSS if it was
  // changed or belongs to another name or version.
  absl::StatusOr<std::string> Open(const Sealed& sealed, const EntryName& name,
                                   std::int64_t version) const;

 private:
  SecretBox(std::string key, Random& random);

  std::string key_;
  std::string key_id_;
  Random& random_;
};

}  // namespace triad::config

#include "services/config/secrets/keyring.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

Keyring::Key Find(const Keyring::Keys& keys, absl::string_view key_id) {
  auto found = std::find_if(keys.begin(), keys.end(),
                            [&](const auto& key) { return key->key_id() == key_id; });
  return found == keys.end() ? nullptr : *found;
}

}  // namespace

absl::StatusOr<Keyring::Keys> Keyring::Parse(absl::string_view text, Random& random) {
  Keys keys;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    auto key = SecretBox::FromText(line, random);
    if (!key.ok()) return Annotate(key.status(), absl::StrCat("line ", number, ": "));
    if (Find(keys, (*key)->key_id()) == nullptr) keys.push_back(*std::move(key));
  }
  if (keys.empty()) {
    return absl::InvalidArgumentError(
        "it holds no key: one a line, 32 bytes as 64 hex digits or as base64");
  }
  return keys;
}

Keyring::Keyring(Keys keys) : keys_(std::move(keys)) {}

void Keyring::Replace(Keys keys) {
  MutexLock lock(mutex_);
  keys_.swap(keys);
}

Keyring::Key Keyring::First() const {
  MutexLock lock(mutex_);
  return keys_.front();
}

std::vector<std::string> Keyring::key_ids() const {
  MutexLock lock(mutex_);
  return KeyIds(keys_);
}

std::string Keyring::first_key_id() const { return First()->key_id(); }

absl::StatusOr<Sealed> Keyring::Seal(absl::string_view plaintext, const EntryName& name,
                                     std::int64_t version) const {
  return First()->Seal(plaintext, name, version);
}

absl::StatusOr<std::string> Keyring::Open(const Sealed& sealed, const EntryName& name,
                                          std::int64_t version) const {
  Key key;
  {
    MutexLock lock(mutex_);
    key = Find(keys_, sealed.key_id);
  }
  if (key != nullptr) return key->Open(sealed, name, version);
  return absl::FailedPreconditionError(
      absl::StrCat("sealed with key ", sealed.key_id, ", which is not among the keys here"));
}

std::vector<std::string> KeyIds(const Keyring::Keys& keys) {
  std::vector<std::string> ids;
  ids.reserve(keys.size());
  for (const auto& key : keys) ids.push_back(key->key_id());
  return ids;
}

}  // namespace triad::config

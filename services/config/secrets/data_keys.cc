#include "services/config/secrets/data_keys.h"

#include <openssl/crypto.h>

#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "services/config/secrets/keyring.h"
#include "services/config/secrets/secret_box.h"

namespace triad::config {
namespace {

// No entry has an empty key, so a wrapped key never passes for the value of an entry.
EntryName WrappedName(const DataKeyRow& row) { return EntryName{row.space, ""}; }

}  // namespace

std::string FormatDataKeyName(const DataKeyRow& row) {
  return absl::StrCat("namespaces/", row.space, "/dataKeys/", row.number);
}

std::string DataKeys::NewContentId() const {
  constexpr std::size_t kBytes = 16;
  return absl::BytesToHexString(random_.Bytes(kBytes));
}

std::string DataKeys::Generate(std::int64_t length, absl::string_view alphabet) const {
  std::string text;
  text.reserve(static_cast<std::size_t>(length));
  for (std::int64_t i = 0; i < length; ++i) text += alphabet[random_.Uniform(alphabet.size())];
  return text;
}

absl::StatusOr<Sealed> DataKeys::Seal(db::Session& session, absl::string_view plaintext,
                                      const EntryName& name, std::int64_t version) const {
  TRIAD_ASSIGN_OR_RETURN(std::optional<DataKeyRow> row, DataKeyRows(session).Last(name.space));
  if (!row.has_value()) {
    TRIAD_ASSIGN_OR_RETURN(row, Rotate(session, name.space));
  }
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<SecretBox> key, Unwrap(*row));
  return key->Seal(plaintext, name, version);
}

absl::StatusOr<std::string> DataKeys::Open(db::Session& session, const Sealed& sealed,
                                           const EntryName& name, std::int64_t version) const {
  TRIAD_ASSIGN_OR_RETURN(std::optional<DataKeyRow> row, DataKeyRows(session).Find(sealed.key_id));
  if (!row.has_value()) return keyring_.Open(sealed, name, version);
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<SecretBox> key, Unwrap(*row));
  return key->Open(sealed, name, version);
}

absl::StatusOr<DataKeyRow> DataKeys::Rotate(db::Session& session, const std::string& space) const {
  TRIAD_ASSIGN_OR_RETURN(std::optional<DataKeyRow> last, DataKeyRows(session).Last(space));
  std::string key = random_.Bytes(SecretBox::kKeyBytes);
  DataKeyRow row;
  row.space = space;
  row.number = last.has_value() ? last->number + 1 : 1;
  row.create_time = clock_.NowMicros();
  absl::StatusOr<Sealed> wrapped = keyring_.Seal(key, WrappedName(row), row.number);
  row.id = SecretBox::FromBytes(std::move(key), random_)->key_id();
  if (!wrapped.ok()) return wrapped.status();
  row.wrapped = *std::move(wrapped);
  TRIAD_RETURN_IF_ERROR(DataKeyRows(session).Add(row));
  return row;
}

absl::Status DataKeys::Rewrap(db::Session& session, const DataKeyRow& row) const {
  absl::StatusOr<std::string> key = keyring_.Open(row.wrapped, WrappedName(row), row.number);
  if (!key.ok()) return key.status();
  absl::StatusOr<Sealed> wrapped = keyring_.Seal(*key, WrappedName(row), row.number);
  OPENSSL_cleanse(key->data(), key->size());
  if (!wrapped.ok()) return wrapped.status();
  return DataKeyRows(session).Rewrap(row.id, *wrapped);
}

absl::StatusOr<std::unique_ptr<SecretBox>> DataKeys::Unwrap(const DataKeyRow& row) const {
  absl::StatusOr<std::string> key = keyring_.Open(row.wrapped, WrappedName(row), row.number);
  if (!key.ok()) return Annotate(key.status(), absl::StrCat(FormatDataKeyName(row), ": "));
  return SecretBox::FromBytes(*std::move(key), random_);
}

}  // namespace triad::config

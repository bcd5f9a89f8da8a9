#include "services/config/secrets/key_rotator.h"

#include <openssl/crypto.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/audit/audited_write.h"
#include "runtime/base/status.h"
#include "runtime/io/file_system.h"
#include "services/config/namespaces/namespace_store.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/sealed_rows.h"
#include "services/config/secrets/data_keys.h"
#include "services/config/secrets/key_check.h"
#include "services/config/secrets/key_file.h"
#include "services/config/secrets/keyring.h"
#include "services/config/secrets/resealer.h"

namespace triad::config {
namespace {

absl::Status NotWritten(const std::string& path, const absl::Status& status) {
  return InKeyFile(path, absl::FailedPreconditionError(absl::StrCat(
                             status.message(),
                             ": put a new key as its first line where it comes from, which is "
                             "taken within two seconds")));
}

std::int64_t CountDataKeys(const std::vector<WrappingKey>& keys, const std::string& id) {
  for (const WrappingKey& key : keys) {
    if (key.id == id) return key.data_keys;
  }
  return 0;
}

}  // namespace

absl::StatusOr<DataKeyRow> KeyRotator::RotateDataKey(const std::string& space, DryRun dry_run) {
  DataKeyRow drawn;
  audit::Line line = audit::LineOfRequest(absl::StrCat("namespaces/", space), "rotate_data_key");
  TRIAD_RETURN_IF_ERROR(audit::WriteAudited(parts_.database, parts_.audit, std::move(line), dry_run,
                                            [&](db::Session& session) -> absl::Status {
                                              TRIAD_RETURN_IF_ERROR(MetaRows(session).HoldWrites());
                                              TRIAD_RETURN_IF_ERROR(CheckThere(session, space));
                                              TRIAD_ASSIGN_OR_RETURN(
                                                  drawn, parts_.data_keys.Rotate(session, space));
                                              return DataKeyRows(session).DeleteUnused();
                                            }));
  if (dry_run == DryRun::kNo) parts_.changed();
  return drawn;
}

absl::Status KeyRotator::Take(absl::string_view text) {
  TRIAD_RETURN_IF_ERROR(SyncKeyFile(parts_.files, key_file_));
  TRIAD_RETURN_IF_ERROR(
      TakeKeys(parts_.database, parts_.audit, parts_.keyring, parts_.random, text));
  parts_.changed();
  return absl::OkStatus();
}

// The content of the file with another key before those that are there.
absl::StatusOr<std::string> KeyRotator::NextKeyFile() {
  absl::StatusOr<std::string> text = ReadFile(parts_.files, key_file_, Keyring::kMaxFileBytes);
  if (!text.ok()) return InKeyFile(key_file_, text.status());
  absl::StatusOr<Keyring::Keys> keys = Keyring::Parse(*text, parts_.random);
  std::string next = absl::StrCat(SecretBox::NewKeyText(parts_.random), *text);
  OPENSSL_cleanse(text->data(), text->size());
  if (!keys.ok()) return InKeyFile(key_file_, keys.status());
  if (KeyIds(*keys) != parts_.keyring.key_ids()) {
    return InKeyFile(key_file_, absl::FailedPreconditionError(
                                    "it holds other keys than those in use: if it has just been "
                                    "written, try again in two seconds"));
  }
  if (next.size() > Keyring::kMaxFileBytes) {
    return InKeyFile(key_file_, absl::FailedPreconditionError(
                                    "it has no room for another key: remove the last ones, which "
                                    "nothing is sealed with any more"));
  }
  return next;
}

absl::StatusOr<KeyringState> KeyRotator::RotateKeyEncryptionKey(DryRun dry_run) {
  MutexLock lock(mutex_);
  TRIAD_ASSIGN_OR_RETURN(std::string text, NextKeyFile());
  if (dry_run == DryRun::kYes) return Read();
  absl::Status written = WriteKeyFile(parts_.files, key_file_, text, parts_.random);
  absl::Status taken = written.ok() ? Take(text) : absl::OkStatus();
  OPENSSL_cleanse(text.data(), text.size());
  if (!written.ok()) return NotWritten(key_file_, written);
  if (!taken.ok()) return taken;
  return Read();
}

absl::StatusOr<KeyringState> KeyRotator::Read() {
  return db::Read(parts_.database, [&](db::Session& session) -> absl::StatusOr<KeyringState> {
    KeyringState state;
    TRIAD_ASSIGN_OR_RETURN(std::vector<WrappingKey> wrapping, DataKeyRows(session).WrappingKeys());
    for (const std::string& id : parts_.keyring.key_ids()) {
      KeyUse use{id};
      TRIAD_ASSIGN_OR_RETURN(use.values, SealedRows(session).Count(id));
      use.data_keys = CountDataKeys(wrapping, id);
      state.keys.push_back(std::move(use));
    }
    TRIAD_ASSIGN_OR_RETURN(ReplacedKeys replaced, FindReplacedKeys(session, parts_.keyring));
    state.pending = replaced.sealed();
    return state;
  });
}

}  // namespace triad::config

#include "services/config/secrets/resealer.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_join.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/config/model/entry_name.h"
#include "services/config/secrets/key_check.h"
#include "services/config/secrets/keyring.h"

namespace triad::config {
namespace {

absl::StatusOr<std::vector<std::string>> OlderKeys(EntryRepository& rows,
                                                   const std::string& first) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> key_ids, rows.KeyIdsInUse());
  key_ids.erase(std::remove(key_ids.begin(), key_ids.end(), first), key_ids.end());
  return key_ids;
}

// The next version of the pass, which is then the one looked at last.
absl::StatusOr<std::optional<StoredEntry>> Next(EntryRepository& rows,
                                                const std::vector<std::string>& older,
                                                ResealPass& pass) {
  for (const std::string& key_id : older) {
    if (key_id < pass.key_id) continue;
    if (key_id != pass.key_id) pass.after = {};
    pass.key_id = key_id;
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> found,
                           rows.NextSealedWith(key_id, pass.after));
    if (!found) continue;
    pass.after = {found->name, found->version};
    return found;
  }
  return std::nullopt;
}

// What does not open is none of the errors.
absl::Status ResealOne(EntryRepository& rows, const Keyring& keyring, StoredEntry entry,
                       ResealPass& pass) {
  const Sealed sealed{entry.key_id, entry.nonce, std::move(entry.value)};
  auto plaintext = keyring.Open(sealed, entry.name, entry.version);
  if (absl::IsDataLoss(plaintext.status()) || absl::IsFailedPrecondition(plaintext.status())) {
    ++pass.unopened;
    pass.damaged.push_back({entry.name, entry.version});
    return absl::OkStatus();
  }
  if (!plaintext.ok()) return plaintext.status();
  auto again = keyring.Seal(*plaintext, entry.name, entry.version);
  OPENSSL_cleanse(plaintext->data(), plaintext->size());
  if (!again.ok()) return again.status();
  ++pass.resealed;
  return rows.ReplaceSealed({entry.name, entry.version}, *again);
}

absl::Status SealCheck(EntryRepository& rows, const Keyring& keyring) {
  TRIAD_ASSIGN_OR_RETURN(Meta meta, rows.ReadMeta());
  if (meta.key_check && meta.key_check->key_id == keyring.first_key_id()) return absl::OkStatus();
  TRIAD_ASSIGN_OR_RETURN(Sealed check, SealKeyCheck(keyring));
  return rows.WriteMeta(meta.epoch, check);
}

absl::Status ResealBatch(EntryRepository& rows, const Keyring& keyring,
                         const ResealOptions& options, ResealPass& pass) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> older, OlderKeys(rows, pass.first));
  std::int64_t bytes = 0;
  for (std::int64_t n = 0; n < options.batch && bytes < options.batch_bytes; ++n) {
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> entry, Next(rows, older, pass));
    pass.done = !entry;
    if (pass.done) return SealCheck(rows, keyring);
    bytes += static_cast<std::int64_t>(entry->value.size());
    TRIAD_RETURN_IF_ERROR(ResealOne(rows, keyring, *std::move(entry), pass));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ResealOnce(db::Database& database, const Keyring& keyring,
                        const ResealOptions& options, ResealPass& pass) {
  ResealPass next;
  TRIAD_RETURN_IF_ERROR(database.Write([&](db::Session& session) -> absl::Status {
    next = pass;
    next.damaged.clear();
    EntryRepository rows(session);
    // The keys change, and are used, only by one at a time that holds this.
    TRIAD_RETURN_IF_ERROR(rows.HoldWrites());
    const std::string first = keyring.first_key_id();
    if (next.first != first) {
      next = {};
      next.first = first;
    }
    return ResealBatch(rows, keyring, options, next);
  }));
  pass = std::move(next);
  return absl::OkStatus();
}

// What is sealed with other keys than the first.
struct Resealer::Older {
  std::string first;
  std::vector<std::string> key_ids;
  std::int64_t versions = 0;
  bool key_check = false;

  bool none() const { return versions == 0 && !key_check; }
};

Resealer::Resealer(db::Database& database, const Keyring& keyring, Metrics& metrics,
                   ResealOptions options, absl::Duration interval)
    : database_(database),
      keyring_(keyring),
      options_(options),
      older_(metrics.Gauge("triad_config_secrets_sealed_with_old_key",
                           "Versions of secrets that are not sealed with the first key.")),
      background_("resealer", interval, [this](const Background& background) {
        absl::Status status = Reseal(background);
        if (status.ok()) return;
        log::Warning("secrets not all sealed with the first key, will be tried again",
                     {{"error", status.ToString()}});
      }) {}

absl::Status Resealer::Reseal(const Background& background) {
  TRIAD_ASSIGN_OR_RETURN(Older older, Look());
  // What did not open before does not now.
  const bool tried = older.first == passed_ && older.versions <= unopened_ && !older.key_check;
  if (!older.none() && !tried) {
    TRIAD_RETURN_IF_ERROR(Pass(background));
    TRIAD_ASSIGN_OR_RETURN(older, Look());
    if (older.first == passed_ && older.versions > 0) {
      log::Warning("secrets that do not open are left, their keys have to stay",
                   {{"versions", older.versions}, {"key_ids", absl::StrJoin(older.key_ids, " ")}});
    }
  }
  if (older.none()) Announce(older.first);
  return absl::OkStatus();
}

absl::StatusOr<Resealer::Older> Resealer::Look() {
  Older older;
  older.first = keyring_.first_key_id();
  TRIAD_RETURN_IF_ERROR(database_.Read([&](db::Session& session) -> absl::Status {
    EntryRepository rows(session);
    TRIAD_ASSIGN_OR_RETURN(older.key_ids, OlderKeys(rows, older.first));
    for (const std::string& key_id : older.key_ids) {
      TRIAD_ASSIGN_OR_RETURN(std::int64_t count, rows.CountSealedWith(key_id));
      older.versions += count;
    }
    TRIAD_ASSIGN_OR_RETURN(Meta meta, rows.ReadMeta());
    older.key_check = !meta.key_check || meta.key_check->key_id != older.first;
    return absl::OkStatus();
  }));
  older_.Set(static_cast<double>(older.versions));
  return older;
}

absl::Status Resealer::Pass(const Background& background) {
  ResealPass pass;
  passed_.clear();
  while (!pass.done && !background.stopping()) {
    const std::int64_t before = pass.resealed;
    TRIAD_RETURN_IF_ERROR(ResealOnce(database_, keyring_, options_, pass));
    older_.Decrement(static_cast<double>(pass.resealed - before));
    for (const VersionName& one : pass.damaged) {
      log::Error("a secret does not open and stays as it is",
                 {{"name", FormatEntryName(one.name)}, {"version", one.version}});
    }
  }
  if (pass.done) passed_ = pass.first;
  unopened_ = pass.unopened;
  return absl::OkStatus();
}

void Resealer::Announce(const std::string& first) {
  if (announced_ == first || keyring_.key_ids().size() == 1) return;
  announced_ = first;
  log::Info("every secret is sealed with the first key, the others may leave the file",
            {{"key_id", first}});
}

}  // namespace triad::config

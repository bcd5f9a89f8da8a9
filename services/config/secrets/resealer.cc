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
#include "services/config/rows/meta_rows.h"
#include "services/config/secrets/key_check.h"
#include "services/config/secrets/keyring.h"

namespace triad::config {
namespace {

// Names of the keys other than the first that something is sealed with.
absl::StatusOr<std::vector<std::string>> OlderKeys(db::Session& session, const std::string& first) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> key_ids, SealedRows(session).KeyIds());
  key_ids.erase(std::remove(key_ids.begin(), key_ids.end(), first), key_ids.end());
  return key_ids;
}

// The part of a pass that one transaction does.
class Batch {
 public:
  Batch(db::Session& session, const Keyring& keyring, ResealPass pass)
      : session_(session), keyring_(keyring), pass_(std::move(pass)) {}

  absl::StatusOr<ResealPass> Run(const ResealOptions& options) {
    TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> older, OlderKeys(session_, pass_.first_key_id));
    std::int64_t bytes = 0;
    for (std::int64_t n = 0; n < options.batch && bytes < options.batch_bytes; ++n) {
      TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> entry, Next(older));
      pass_.done = !entry;
      if (pass_.done) {
        TRIAD_RETURN_IF_ERROR(SealCheck());
        break;
      }
      bytes += static_cast<std::int64_t>(entry->value.size());
      TRIAD_RETURN_IF_ERROR(Reseal(*std::move(entry)));
    }
    return std::move(pass_);
  }

 private:
  // Goes on to the next version that one of the keys `older` has sealed.
  absl::StatusOr<std::optional<StoredEntry>> Next(const std::vector<std::string>& older) {
    for (const std::string& key_id : older) {
      if (key_id < pass_.older_key_id) continue;
      if (key_id != pass_.older_key_id) pass_.after = {};
      pass_.older_key_id = key_id;
      TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> found,
                             SealedRows(session_).Next(key_id, pass_.after));
      if (!found) continue;
      pass_.after = {found->name, found->version};
      return found;
    }
    return std::nullopt;
  }

  // A version that its key does not open is noted, and is not an error: the others
  // are sealed again all the same.
  absl::Status Reseal(StoredEntry entry) {
    Sealed sealed{entry.key_id, entry.nonce, std::move(entry.value)};
    auto plaintext = keyring_.Open(sealed, entry.name, entry.version);
    if (absl::IsDataLoss(plaintext.status()) || absl::IsFailedPrecondition(plaintext.status())) {
      ++pass_.unopened;
      pass_.damaged.push_back({entry.name, entry.version});
      return absl::OkStatus();
    }
    if (!plaintext.ok()) return plaintext.status();
    auto again = keyring_.Seal(*plaintext, entry.name, entry.version);
    OPENSSL_cleanse(plaintext->data(), plaintext->size());
    if (!again.ok()) return again.status();
    ++pass_.resealed;
    return SealedRows(session_).Replace({entry.name, entry.version}, *again);
  }

  absl::Status SealCheck() {
    MetaRows rows(session_);
    TRIAD_ASSIGN_OR_RETURN(Meta meta, rows.Read());
    if (meta.key_check && meta.key_check->key_id == pass_.first_key_id) return absl::OkStatus();
    TRIAD_ASSIGN_OR_RETURN(Sealed check, SealKeyCheck(keyring_));
    return rows.Write(meta.epoch, check);
  }

  db::Session& session_;
  const Keyring& keyring_;
  ResealPass pass_;
};

}  // namespace

absl::StatusOr<ResealPass> ResealOnce(db::Database& database, const Keyring& keyring,
                                      const ResealOptions& options, const ResealPass& pass) {
  return db::Write(database, [&](db::Session& session) -> absl::StatusOr<ResealPass> {
    // Keys are exchanged, and secrets written, only by transactions that hold this.
    TRIAD_RETURN_IF_ERROR(MetaRows(session).HoldWrites());
    ResealPass next;
    next.first_key_id = keyring.first_key_id();
    if (next.first_key_id == pass.first_key_id) next = pass;
    next.damaged.clear();
    return Batch(session, keyring, std::move(next)).Run(options);
  });
}

// What is sealed with other keys than the first.
struct Resealer::Older {
  std::string first_key_id;
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
  // Versions that did not open are not tried again with the same first key.
  bool tried = older.first_key_id == passed_ && older.versions <= unopened_ && !older.key_check;
  if (!older.none() && !tried) {
    TRIAD_RETURN_IF_ERROR(Pass(background));
    TRIAD_ASSIGN_OR_RETURN(older, Look());
    if (older.first_key_id == passed_ && older.versions > 0) {
      log::Warning("secrets that do not open are left, their keys have to stay",
                   {{"versions", older.versions}, {"key_ids", absl::StrJoin(older.key_ids, " ")}});
    }
  }
  if (older.none()) Announce(older.first_key_id);
  return absl::OkStatus();
}

absl::StatusOr<Resealer::Older> Resealer::Look() {
  Older older;
  older.first_key_id = keyring_.first_key_id();
  TRIAD_RETURN_IF_ERROR(database_.Read([&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(older.key_ids, OlderKeys(session, older.first_key_id));
    for (const std::string& key_id : older.key_ids) {
      TRIAD_ASSIGN_OR_RETURN(std::int64_t count, SealedRows(session).Count(key_id));
      older.versions += count;
    }
    TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
    older.key_check = !meta.key_check || meta.key_check->key_id != older.first_key_id;
    return absl::OkStatus();
  }));
  older_.Set(static_cast<double>(older.versions));
  return older;
}

absl::Status Resealer::Pass(const Background& background) {
  ResealPass pass;
  passed_.clear();
  while (!pass.done && !background.stopping()) {
    std::int64_t before = pass.resealed;
    TRIAD_ASSIGN_OR_RETURN(pass, ResealOnce(database_, keyring_, options_, pass));
    older_.Decrement(static_cast<double>(pass.resealed - before));
    for (const VersionName& one : pass.damaged) {
      log::Error("a secret does not open and stays as it is",
                 {{"name", FormatEntryName(one.name)}, {"version", one.version}});
    }
  }
  if (pass.done) passed_ = pass.first_key_id;
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

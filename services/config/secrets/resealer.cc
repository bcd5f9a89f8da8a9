#include "services/config/secrets/resealer.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_join.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/config/model/entry_name.h"
#include "services/config/rows/data_key_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/secrets/data_keys.h"
#include "services/config/secrets/key_check.h"
#include "services/config/secrets/keyring.h"

namespace triad::config {
namespace {

// Keys that have sealed values and do not any more, in order: all but the last data keys.
absl::StatusOr<std::vector<std::string>> KeysOfValues(db::Session& session) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> all, SealedRows(session).KeyIds());
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> last, DataKeyRows(session).LastIds());
  std::vector<std::string> replaced;
  absl::c_set_difference(all, last, std::back_inserter(replaced));
  return replaced;
}

// Whether it can be left as it is, and the others sealed again all the same.
bool IsDamage(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsFailedPrecondition(status);
}

// The part of a pass that one transaction does.
class Batch {
 public:
  Batch(db::Session& session, const Keyring& keyring, const DataKeys& data_keys, ResealPass pass)
      : session_(session), keyring_(keyring), data_keys_(data_keys), pass_(std::move(pass)) {}

  absl::StatusOr<ResealPass> Run(const ResealOptions& options) {
    if (!pass_.begun) TRIAD_RETURN_IF_ERROR(Begin());
    TRIAD_ASSIGN_OR_RETURN(bool wrapped, Rewrap(options));
    if (!wrapped) TRIAD_RETURN_IF_ERROR(ResealValues(options));
    return std::move(pass_);
  }

 private:
  absl::Status Begin() {
    pass_.begun = true;
    TRIAD_ASSIGN_OR_RETURN(pass_.replaced, KeysOfValues(session_));
    std::reverse(pass_.replaced.begin(), pass_.replaced.end());
    return absl::OkStatus();
  }

  // Returns whether there was any data key to wrap.
  absl::StatusOr<bool> Rewrap(const ResealOptions& options) {
    TRIAD_ASSIGN_OR_RETURN(std::vector<DataKeyRow> rows,
                           DataKeyRows(session_).ListWrappedByOthers(
                               pass_.first_key_id, pass_.data_key, options.batch));
    for (const DataKeyRow& row : rows) {
      pass_.data_key = row.id;
      absl::Status rewrapped = data_keys_.Rewrap(session_, row);
      if (rewrapped.ok()) {
        ++pass_.resealed;
      } else if (IsDamage(rewrapped)) {
        ++pass_.unopened;
        pass_.damaged_keys.push_back(FormatDataKeyName(row));
      } else {
        return rewrapped;
      }
    }
    return !rows.empty();
  }

  absl::Status ResealValues(const ResealOptions& options) {
    std::int64_t bytes = 0;
    for (std::int64_t n = 0; n < options.batch && bytes < options.batch_bytes; ++n) {
      TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> entry, Next());
      if (!entry.has_value()) return End();
      bytes += static_cast<std::int64_t>(entry->value.size());
      TRIAD_RETURN_IF_ERROR(Reseal(*std::move(entry)));
    }
    return absl::OkStatus();
  }

  // Goes on to the next version that a replaced key has sealed.
  absl::StatusOr<std::optional<StoredEntry>> Next() {
    for (; !pass_.replaced.empty(); pass_.replaced.pop_back()) {
      TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> found,
                             SealedRows(session_).Next(pass_.replaced.back(), pass_.after));
      if (found.has_value()) {
        pass_.after = {found->name, found->version};
        return found;
      }
      pass_.after = {};
    }
    return std::nullopt;
  }

  absl::Status Reseal(StoredEntry entry) {
    Sealed sealed{entry.key_id, entry.nonce, std::move(entry.value)};
    auto plaintext = data_keys_.Open(session_, sealed, entry.name, entry.version);
    if (IsDamage(plaintext.status())) {
      ++pass_.unopened;
      pass_.damaged.push_back({entry.name, entry.version});
      return absl::OkStatus();
    }
    if (!plaintext.ok()) return plaintext.status();
    auto again = data_keys_.Seal(session_, *plaintext, entry.name, entry.version);
    OPENSSL_cleanse(plaintext->data(), plaintext->size());
    if (!again.ok()) return again.status();
    ++pass_.resealed;
    return SealedRows(session_).Replace({entry.name, entry.version}, *again);
  }

  absl::Status End() {
    pass_.done = true;
    TRIAD_RETURN_IF_ERROR(DataKeyRows(session_).DeleteUnused());
    MetaRows rows(session_);
    TRIAD_ASSIGN_OR_RETURN(Meta meta, rows.Read());
    if (meta.key_check && meta.key_check->key_id == pass_.first_key_id) return absl::OkStatus();
    TRIAD_ASSIGN_OR_RETURN(Sealed check, SealKeyCheck(keyring_));
    return rows.Write(meta.epoch, check);
  }

  db::Session& session_;
  const Keyring& keyring_;
  const DataKeys& data_keys_;
  ResealPass pass_;
};

// Whether something needs another key of the keyring than the first.
bool NeedsOthers(const ReplacedKeys& replaced, const std::vector<std::string>& key_ids) {
  bool of_values = absl::c_any_of(replaced.key_ids, [&](const std::string& id) {
    return id != replaced.first_key_id && absl::c_linear_search(key_ids, id);
  });
  return of_values || replaced.wrapped > 0 || replaced.key_check;
}

}  // namespace

absl::StatusOr<ReplacedKeys> FindReplacedKeys(db::Session& session, const Keyring& keyring) {
  ReplacedKeys replaced;
  replaced.first_key_id = keyring.first_key_id();
  TRIAD_ASSIGN_OR_RETURN(replaced.key_ids, KeysOfValues(session));
  for (const std::string& key_id : replaced.key_ids) {
    TRIAD_ASSIGN_OR_RETURN(std::int64_t count, SealedRows(session).Count(key_id));
    replaced.values += count;
  }
  TRIAD_ASSIGN_OR_RETURN(std::vector<WrappingKey> wrapping, DataKeyRows(session).WrappingKeys());
  for (const WrappingKey& key : wrapping) {
    if (key.id != replaced.first_key_id) replaced.wrapped += key.data_keys;
  }
  TRIAD_ASSIGN_OR_RETURN(replaced.unused, DataKeyRows(session).CountUnused());
  TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
  replaced.key_check = !meta.key_check || meta.key_check->key_id != replaced.first_key_id;
  return replaced;
}

absl::StatusOr<ResealPass> ResealOnce(db::Database& database, const Keyring& keyring,
                                      const DataKeys& data_keys, const ResealOptions& options,
                                      const ResealPass& pass) {
  return db::Write(database, [&](db::Session& session) -> absl::StatusOr<ResealPass> {
    // Keys are exchanged, and secrets written, only by transactions that hold this.
    TRIAD_RETURN_IF_ERROR(MetaRows(session).HoldWrites());
    ResealPass next;
    next.first_key_id = keyring.first_key_id();
    if (next.first_key_id == pass.first_key_id) next = pass;
    next.damaged.clear();
    next.damaged_keys.clear();
    return Batch(session, keyring, data_keys, std::move(next)).Run(options);
  });
}

Resealer::Resealer(db::Database& database, const Keyring& keyring, const DataKeys& data_keys,
                   Metrics& metrics, ResealOptions options, absl::Duration interval)
    : database_(database),
      keyring_(keyring),
      data_keys_(data_keys),
      options_(options),
      replaced_(metrics.Gauge("triad_config_secrets_sealed_with_old_key",
                              "Versions of secrets, and data keys of namespaces, that are sealed "
                              "with a key that was replaced.")),
      background_("resealer", interval, [this](const Background& background) {
        absl::Status status = Reseal(background);
        if (status.ok()) return;
        log::Warning("secrets not all sealed with the keys of now, will be tried again",
                     {{"error", status.ToString()}});
      }) {}

absl::Status Resealer::Reseal(const Background& background) {
  TRIAD_ASSIGN_OR_RETURN(ReplacedKeys replaced, Look());
  // What did not open is not tried again with the same first key.
  std::int64_t expected = replaced.first_key_id == passed_ ? unopened_ : 0;
  if (replaced.sealed() > expected || replaced.unused > 0 || replaced.key_check) {
    TRIAD_RETURN_IF_ERROR(Pass(background));
    TRIAD_ASSIGN_OR_RETURN(replaced, Look());
    if (replaced.first_key_id == passed_ && unopened_ > 0) {
      log::Warning("secrets that do not open are left, their keys have to stay",
                   {{"versions", replaced.values},
                    {"data_keys", replaced.wrapped},
                    {"key_ids", absl::StrJoin(replaced.key_ids, " ")}});
    }
  }
  if (!NeedsOthers(replaced, keyring_.key_ids())) Announce(replaced.first_key_id);
  return absl::OkStatus();
}

absl::StatusOr<ReplacedKeys> Resealer::Look() {
  TRIAD_ASSIGN_OR_RETURN(ReplacedKeys replaced, db::Read(database_, [&](db::Session& session) {
                           return FindReplacedKeys(session, keyring_);
                         }));
  replaced_.Set(static_cast<double>(replaced.sealed()));
  return replaced;
}

absl::Status Resealer::Pass(const Background& background) {
  ResealPass pass;
  passed_.clear();
  while (!pass.done && !background.stopping()) {
    std::int64_t before = pass.resealed;
    TRIAD_ASSIGN_OR_RETURN(pass, ResealOnce(database_, keyring_, data_keys_, options_, pass));
    replaced_.Decrement(static_cast<double>(pass.resealed - before));
    for (const VersionName& one : pass.damaged) {
      log::Error("a secret does not open and stays as it is",
                 {{"name", FormatEntryName(one.name)}, {"version", one.version}});
    }
    for (const std::string& name : pass.damaged_keys) {
      log::Error("a data key does not open and stays as it is", {{"name", name}});
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

#include "services/config/secrets/key_check.h"

#include <optional>
#include <set>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "services/config/rows/data_key_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/sealed_rows.h"
#include "services/config/secrets/keyring.h"

namespace triad::config {
namespace {

constexpr absl::string_view kCheckText = "triad-config";

// No entry can have this name, so the ciphertext of an entry never passes for the check.
EntryName CheckName() { return EntryName{}; }

// Keys of the keyring that something in the database is sealed with.
absl::StatusOr<std::vector<std::string>> NeededKeys(db::Session& session) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> sealing, SealedRows(session).KeyIds());
  std::set<std::string> needed;
  for (const std::string& key_id : sealing) {
    TRIAD_ASSIGN_OR_RETURN(std::optional<DataKeyRow> found, DataKeyRows(session).Find(key_id));
    if (!found.has_value()) needed.insert(key_id);
  }
  TRIAD_ASSIGN_OR_RETURN(std::vector<WrappingKey> wrapping, DataKeyRows(session).WrappingKeys());
  for (const WrappingKey& key : wrapping) needed.insert(key.id);
  TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
  if (meta.key_check) needed.insert(meta.key_check->key_id);
  return std::vector<std::string>(needed.begin(), needed.end());
}

}  // namespace

absl::StatusOr<Sealed> SealKeyCheck(const Keyring& keyring) {
  return keyring.Seal(kCheckText, CheckName(), 0);
}

bool OpensKeyCheck(const Keyring& keyring, const Sealed& check) {
  auto opened = keyring.Open(check, CheckName(), 0);
  return opened.ok() && *opened == kCheckText;
}

absl::Status CheckKeys(db::Session& session, const std::vector<std::string>& key_ids) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> needed, NeededKeys(session));
  std::vector<std::string> missing;
  for (const std::string& key_id : needed) {
    if (!absl::c_linear_search(key_ids, key_id)) missing.push_back(key_id);
  }
  if (missing.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "it lacks key ", absl::StrJoin(missing, ", key "),
      ", with which the database is sealed: it has to stay in the file, as a later line, until "
      "config says that nothing is sealed with it any more"));
}

absl::Status TakeKeys(db::Database& database, audit::AuditLog& audit, Keyring& keyring,
                      Random& random, absl::string_view text) {
  TRIAD_ASSIGN_OR_RETURN(Keyring::Keys keys, Keyring::Parse(text, random));
  std::vector<std::string> key_ids = KeyIds(keys);
  if (key_ids == keyring.key_ids()) return absl::OkStatus();
  auto check = [&](db::Session& session) { return CheckKeys(session, key_ids); };
  // First without a write, since a file that is refused is tried again every second.
  TRIAD_RETURN_IF_ERROR(database.Read(check));
  audit::Line line = audit::LineOfRequest(absl::StrCat("keyring/", key_ids.front()), "take_keys");
  auto take = [&](db::Session& session) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(MetaRows(session).HoldWrites());
    TRIAD_RETURN_IF_ERROR(check(session));
    TRIAD_RETURN_IF_ERROR(audit.Append(session, line));
    // Writes are still held. One between the check and this line would be sealed with
    // a key that may be gone from here on.
    keyring.Replace(keys);
    return absl::OkStatus();
  };
  return database.Write(take, [&] { audit.Committed(line); });
}

}  // namespace triad::config

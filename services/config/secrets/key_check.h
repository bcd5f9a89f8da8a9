// Makes sure that the keys of the secrets are those that the database needs.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/audit/audit_log.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad {
class Random;
}

namespace triad::config {

class Keyring;

// The key check is a known text, sealed with the first key, that a database keeps to
// tell whether it is opened with its own keys.
absl::StatusOr<Sealed> SealKeyCheck(const Keyring& keyring);
bool OpensKeyCheck(const Keyring& keyring, const Sealed& check);

// FAILED_PRECONDITION, naming the keys that are missing, if something in the database
// is sealed with a key that is not among `key_ids`.
absl::Status CheckKeys(db::Session& session, const std::vector<std::string>& key_ids);

// Replaces the keys of `keyring` by those in `text`. Nothing changes if it fails:
// INVALID_ARGUMENT as in Keyring::Parse, FAILED_PRECONDITION as in CheckKeys.
//
// Every transaction that commits after this has sealed with the first of the new keys. The audit
// log has a line for it.
absl::Status TakeKeys(db::Database& database, audit::AuditLog& audit, Keyring& keyring,
                      Random& random, absl::string_view text);

}  // namespace triad::config

// What ties a database to the keys of its secrets.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad {
class Random;
}

namespace triad::config {

class Keyring;

// A known text, sealed with the first key; and whether it opens.
absl::StatusOr<Sealed> SealKeyCheck(const Keyring& keyring);
bool OpensKeyCheck(const Keyring& keyring, const Sealed& check);

// FAILED_PRECONDITION, naming what is missing, unless `key_ids` are all that
// something in the database is sealed with.
absl::Status CheckKeys(db::Session& session, const std::vector<std::string>& key_ids);

// Puts the keys in `text` in the place of those in `keyring`. INVALID_ARGUMENT
// as Keyring::Parse, FAILED_PRECONDITION as CheckKeys: nothing changes then.
//
// Whatever commits later than this has sealed with the first of the new keys.
absl::Status TakeKeys(db::Database& database, Keyring& keyring, Random& random,
                      absl::string_view text);

}  // namespace triad::config

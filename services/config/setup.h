// Makes a database ready to serve: its key, its epoch, its first entries.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/config/entries/entry_writer.h"
#include "services/config/model/entry.h"
#include "services/config/secrets/keyring.h"

namespace triad {
class Clock;
class FileSystem;
class Random;
}  // namespace triad

namespace triad::config {

struct SetupOptions {
  // File that holds the keys of the secrets, as Keyring::Parse reads them.
  std::string key_file;
  // Whether the key file is made if it is missing and the database is new.
  bool make_key_file = false;
  // Called only if the database is new: the entries that it begins with.
  std::function<absl::StatusOr<std::vector<EntryWrite>>()> first_entries;
};

struct SetupResult {
  std::unique_ptr<Keyring> secrets;
  Epoch epoch;
  Revision head;
  // Whether this was the first start.
  bool first = false;
};

// A first start that was cut short is begun anew. FAILED_PRECONDITION, with what to do,
// if the key file is missing, malformed, or lacks a key that something in the database
// is sealed with.
absl::StatusOr<SetupResult> Prepare(db::Database& database, FileSystem& files, Random& random,
                                    const Clock& clock, const SetupOptions& options);

}  // namespace triad::config

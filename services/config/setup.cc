#include "services/config/setup.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/io/file_system.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/schemas/schema_cache.h"
#include "services/config/secrets/data_keys.h"
#include "services/config/secrets/key_check.h"
#include "services/config/secrets/key_file.h"

namespace triad::config {
namespace {

absl::StatusOr<std::unique_ptr<Keyring>> OpenKnown(db::Database& database, FileSystem& files,
                                                   Random& random, const Sealed& check,
                                                   const SetupOptions& options) {
  auto keyring = LoadKeyFile(files, options.key_file, random);
  if (absl::IsNotFound(keyring.status())) {
    return absl::FailedPreconditionError(
        absl::StrCat("the database was made with key ", check.key_id, ", but ", options.key_file,
                     " is missing: put that key back, or name it with --secret_key_file"));
  }
  if (!keyring.ok()) return keyring.status();
  std::vector<std::string> key_ids = (*keyring)->key_ids();
  absl::Status complete =
      database.Read([&](db::Session& session) { return CheckKeys(session, key_ids); });
  // A file with one key, and not the right one, is taken for that of another database.
  // If there are more keys, a line is missing.
  if (!OpensKeyCheck(**keyring, check) && (complete.ok() || key_ids.size() == 1)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the database was made with key ", check.key_id, ", but ", options.key_file, " holds key ",
        absl::StrJoin(key_ids, ", key "), ": name the right one with --secret_key_file"));
  }
  if (absl::IsFailedPrecondition(complete)) return InKeyFile(options.key_file, complete);
  if (!complete.ok()) return complete;
  return keyring;
}

struct First {
  std::unique_ptr<Keyring> secrets;
  std::vector<EntryWrite> entries;
};

// A key file is made when nothing else can be refused any more.
absl::StatusOr<First> OpenNew(FileSystem& files, Random& random, const SetupOptions& options) {
  auto keyring = LoadKeyFile(files, options.key_file, random);
  bool missing = absl::IsNotFound(keyring.status());
  if (!keyring.ok() && !missing) return keyring.status();
  if (missing && !options.make_key_file) {
    return absl::FailedPreconditionError(
        absl::StrCat("--secret_key_file ", options.key_file,
                     " does not exist: make it with (umask 077; openssl rand -hex 32 > ",
                     options.key_file, ")"));
  }
  TRIAD_ASSIGN_OR_RETURN(std::vector<EntryWrite> entries, options.first_entries());
  if (missing) {
    TRIAD_RETURN_IF_ERROR(
        WriteKeyFile(files, options.key_file, SecretBox::NewKeyText(random), random));
    keyring = LoadKeyFile(files, options.key_file, random);
    if (!keyring.ok()) return keyring.status();
  }
  return First{*std::move(keyring), std::move(entries)};
}

absl::StatusOr<Meta> ReadMeta(db::Database& database) {
  return db::Read(database, [&](db::Session& session) { return MetaRows(session).Read(); });
}

Epoch NewEpoch(Random& random) {
  return Epoch{static_cast<std::int64_t>(random.Uniform(std::uint64_t{1} << 62) + 1)};
}

// In one transaction, so that a crash leaves all of it or nothing.
absl::Status Initialise(db::Database& database, const Keyring& secrets, const DataKeys& data_keys,
                        const Clock& clock, Epoch epoch, const std::vector<EntryWrite>& entries) {
  return database.Write([&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(Sealed check, SealKeyCheck(secrets));
    TRIAD_RETURN_IF_ERROR(MetaRows(session).Write(epoch, check));
    if (entries.empty()) return absl::OkStatus();
    SchemaCache schemas;
    return EntryWriter(data_keys, schemas, clock, epoch).Apply(session, entries).status();
  });
}

}  // namespace

absl::StatusOr<SetupResult> Prepare(db::Database& database, FileSystem& files, Random& random,
                                    const Clock& clock, const SetupOptions& options) {
  SetupResult result;
  TRIAD_ASSIGN_OR_RETURN(Meta meta, ReadMeta(database));
  result.first = !meta.key_check.has_value();
  if (result.first) {
    TRIAD_ASSIGN_OR_RETURN(First first, OpenNew(files, random, options));
    result.secrets = std::move(first.secrets);
    DataKeys data_keys(*result.secrets, random, clock);
    TRIAD_RETURN_IF_ERROR(
        Initialise(database, *result.secrets, data_keys, clock, NewEpoch(random), first.entries));
    TRIAD_ASSIGN_OR_RETURN(meta, ReadMeta(database));
  } else {
    TRIAD_ASSIGN_OR_RETURN(result.secrets,
                           OpenKnown(database, files, random, *meta.key_check, options));
  }
  result.epoch = meta.epoch;
  result.head = meta.head;
  return result;
}

}  // namespace triad::config

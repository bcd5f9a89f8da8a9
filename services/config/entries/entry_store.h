// Reads and writes entries as they are now, and tells watchers of what was written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/database/database.h"
#include "services/config/entries/entry_writer.h"
#include "services/config/model/entry.h"
#include "services/config/watch/watch_hub.h"

namespace triad::config {

struct ListQuery {
  EntryFilter filter;
  // Only keys after this one, in bytewise order.
  std::string after;
  std::int64_t limit = 100;
};

struct EntryPage {
  std::vector<Entry> entries;
  bool more = false;
  // The newest of the store when the page was read.
  Revision revision;
};

struct EntryStoreOptions {
  // A page ends early once its values have so many bytes, so that answers stay below
  // gRPC's limit on messages. It holds at least one entry.
  std::int64_t page_bytes = 2 << 20;
};

// Thread-safe. Blocks: not for gRPC threads. Secrets are masked in all that it
// returns. All calls may also return the errors of the database.
class EntryStore {
 public:
  EntryStore(db::Database& database, EntryWriter writer, WatchHub& hub, Epoch epoch,
             EntryStoreOptions options = {})
      : database_(database), writer_(writer), hub_(hub), epoch_(epoch), options_(options) {}

  // NOT_FOUND if there is no such entry.
  absl::StatusOr<Entry> Get(const EntryName& name);

  // The entries of these names, all read at one moment; nullopt for absent ones.
  absl::StatusOr<std::vector<std::optional<Entry>>> GetEach(absl::Span<const EntryName> names);

  // A namespace without entries, or that was never written, is an empty page.
  absl::StatusOr<EntryPage> List(const ListQuery& query);

  // Returns the entry, or its deletion, once it is durable. Errors are those of
  // EntryWriter::Apply.
  absl::StatusOr<Entry> Write(const EntryWrite& write);

  // Writes all of them, or none if one is refused, which is no error. Errors are those of
  // EntryWriter::ApplyEach, with "operations[i]: " before them.
  absl::StatusOr<Applied> Commit(absl::Span<const EntryWrite> writes);

 private:
  db::Database& database_;
  const EntryWriter writer_;
  WatchHub& hub_;
  const Epoch epoch_;
  const EntryStoreOptions options_;
};

}  // namespace triad::config

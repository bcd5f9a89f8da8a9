#include "services/config/secrets/revealer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/entries/next_version.h"
#include "services/config/model/entry_name.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/version_rows.h"
#include "services/config/secrets/data_keys.h"

namespace triad::config {

absl::StatusOr<Entry> Revealer::Reveal(const EntryName& name, std::optional<std::int64_t> version) {
  TRIAD_ASSIGN_OR_RETURN(Entry entry, Read(name, version));
  audit::Line line =
      audit::LineOfRequest(absl::StrCat(FormatEntryName(name), "@", entry.version), "reveal");
  line.revision = entry.read_revision.value;
  TRIAD_RETURN_IF_ERROR(audit_.AppendNow(std::move(line)));
  return entry;
}

absl::StatusOr<Entry> Revealer::Read(const EntryName& name, std::optional<std::int64_t> version) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<Entry> {
    TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> stored,
                           version.has_value() ? VersionRows(session).Find(name, *version)
                                               : EntryRows(session).Find(name));
    if (!stored.has_value() || stored->deleted) {
      return AtRevision(DoesNotExist(name), meta.head);
    }
    if (stored->destroyed) {
      return absl::FailedPreconditionError(
          absl::StrCat(FormatEntryName(name), " has no value in version ", stored->version,
                       " any more: it was destroyed"));
    }
    std::string value = stored->value;
    if (stored->secret) {
      TRIAD_ASSIGN_OR_RETURN(
          value, secrets_.Open(session, {stored->key_id, stored->nonce, stored->value}, name,
                               stored->version));
    }
    ValueKind kind = stored->kind;
    TRIAD_ASSIGN_OR_RETURN(Entry entry, Show(*std::move(stored), epoch_));
    TRIAD_ASSIGN_OR_RETURN(entry.value, ParseValue(kind, std::move(value)));
    entry.read_revision = meta.head;
    return entry;
  });
}

}  // namespace triad::config

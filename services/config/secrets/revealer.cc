#include "services/config/secrets/revealer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/entries/next_version.h"
#include "services/config/model/entry_name.h"
#include "services/config/references/reference_resolver.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/version_rows.h"
#include "services/config/secrets/data_keys.h"

namespace triad::config {

absl::StatusOr<Entry> Revealer::Reveal(const EntryName& name, std::optional<std::int64_t> version,
                                       bool resolve) {
  TRIAD_ASSIGN_OR_RETURN(Revealed revealed, Read(name, version, resolve));
  std::vector<audit::Line> lines;
  for (std::string& resource : revealed.resources) {
    lines.push_back(audit::LineOfRequest(std::move(resource), "reveal"));
    lines.back().revision = revealed.entry.read_revision.value;
  }
  TRIAD_RETURN_IF_ERROR(audit_.AppendNow(std::move(lines)));
  return std::move(revealed.entry);
}

absl::Status Revealer::Resolve(db::Session& session, Revealed& revealed) const {
  ReferenceResolver resolver(session, std::nullopt, &secrets_);
  Entry& entry = revealed.entry;
  TRIAD_ASSIGN_OR_RETURN(entry.value, resolver.Resolve(entry.name, std::move(entry.value)));
  entry.etag.clear();
  revealed.resources.insert(revealed.resources.end(), resolver.revealed().begin(),
                            resolver.revealed().end());
  return absl::OkStatus();
}

absl::StatusOr<Revealer::Revealed> Revealer::Read(const EntryName& name,
                                                  std::optional<std::int64_t> wanted,
                                                  bool resolve) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<Revealed> {
    TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> stored,
                           wanted.has_value() ? VersionRows(session).Find(name, *wanted)
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
    std::int64_t version = stored->version;
    TRIAD_ASSIGN_OR_RETURN(Entry entry, Show(*std::move(stored), epoch_));
    TRIAD_ASSIGN_OR_RETURN(entry.value, ParseValue(kind, std::move(value)));
    entry.read_revision = meta.head;
    Revealed revealed{std::move(entry), {absl::StrCat(FormatEntryName(name), "@", version)}};
    if (resolve) TRIAD_RETURN_IF_ERROR(Resolve(session, revealed));
    return revealed;
  });
}

}  // namespace triad::config

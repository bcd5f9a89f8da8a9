#include "services/config/secrets/revealer.h"

#include <utility>
#include <vector>

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
namespace {

audit::Line LineOf(std::string resource, Revision revision) {
  audit::Line line = audit::LineOfRequest(std::move(resource), "reveal");
  line.revision = revision.value;
  return line;
}

std::string ResourceOf(const Entry& entry) {
  return absl::StrCat(FormatEntryName(entry.name), "@", entry.version);
}

}  // namespace

absl::StatusOr<Entry> Revealer::Reveal(const EntryName& name, std::optional<std::int64_t> version,
                                       bool resolve) {
  std::vector<audit::Line> lines;
  auto read = [&](db::Session& session) -> absl::StatusOr<Entry> {
    TRIAD_ASSIGN_OR_RETURN(Entry entry, Read(session, name, version));
    lines = {LineOf(ResourceOf(entry), entry.read_revision)};
    if (!resolve) return entry;
    ReferenceResolver resolver(session, std::nullopt, &secrets_);
    TRIAD_ASSIGN_OR_RETURN(entry.value, resolver.Resolve(name, std::move(entry.value)));
    entry.etag.clear();
    for (const std::string& opened : resolver.revealed()) {
      lines.push_back(LineOf(opened, entry.read_revision));
    }
    return entry;
  };
  TRIAD_ASSIGN_OR_RETURN(Entry entry, db::Read(database_, read));
  TRIAD_RETURN_IF_ERROR(audit_.AppendNow(std::move(lines)));
  return entry;
}

absl::Status Revealer::RevealAll(std::vector<Entry>& entries) {
  std::vector<audit::Line> lines;
  TRIAD_RETURN_IF_ERROR(database_.Read([&](db::Session& session) -> absl::Status {
    lines.clear();
    for (Entry& entry : entries) {
      if (!entry.secret) continue;
      TRIAD_ASSIGN_OR_RETURN(entry, Read(session, entry.name, entry.version));
      lines.push_back(LineOf(ResourceOf(entry), entry.read_revision));
    }
    return absl::OkStatus();
  }));
  return lines.empty() ? absl::OkStatus() : audit_.AppendNow(std::move(lines));
}

absl::StatusOr<Entry> Revealer::Read(db::Session& session, const EntryName& name,
                                     std::optional<std::int64_t> version) {
  TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> stored,
                         version.has_value() ? VersionRows(session).Find(name, *version)
                                             : EntryRows(session).Find(name));
  if (!stored.has_value() || stored->deleted) {
    return AtRevision(DoesNotExist(name), meta.head);
  }
  if (stored->destroyed) {
    return absl::FailedPreconditionError(absl::StrCat(FormatEntryName(name),
                                                      " has no value in version ", stored->version,
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
}

}  // namespace triad::config

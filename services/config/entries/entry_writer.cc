#include "services/config/entries/entry_writer.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/clock.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/rows/event_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/version_rows.h"
#include "services/config/secrets/keyring.h"

namespace triad::config {
namespace {

absl::Status NotThere(const EntryName& name) {
  return absl::NotFoundError(absl::StrCat(FormatEntryName(name), " does not exist"));
}

// That there is, or is not, what the write is about.
absl::Status CheckExists(const EntryWrite& write, const std::optional<LatestVersion>& latest) {
  if (write.kind == EntryWrite::Kind::kPut) return absl::OkStatus();
  bool is_delete = write.kind == EntryWrite::Kind::kDelete;
  if (!latest || (is_delete && latest->deleted)) return NotThere(write.name);
  if (is_delete || latest->deleted) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat(FormatEntryName(write.name), " is not deleted"));
}

absl::Status CheckEtag(const EntryWrite& write, const std::optional<LatestVersion>& latest,
                       Epoch epoch) {
  std::optional<std::string> current;
  if (latest && !latest->deleted) current = FormatEtag(epoch, latest->revision);
  TRIAD_RETURN_IF_ERROR(write.condition.Check(FormatEntryName(write.name), current));
  if (write.etag.empty() || write.etag == current) return absl::OkStatus();
  if (!current.has_value()) {
    return absl::AbortedError(absl::StrCat(FormatEntryName(write.name),
                                           " does not exist, so entry.etag cannot match: leave it "
                                           "empty to create the entry"));
  }
  return absl::AbortedError(absl::StrCat(FormatEntryName(write.name),
                                         " has changed, it is at version ", latest->version,
                                         " now: read it again and retry with its etag"));
}

absl::Status CheckMask(const StoredEntry& next, const EntryWrite& write) {
  if (write.kind != EntryWrite::Kind::kPut || !next.secret ||
      write.value != Value(std::string(kMask))) {
    return absl::OkStatus();
  }
  return InvalidField("entry.value", "is the mask of the secret: send the secret itself");
}

}  // namespace

absl::StatusOr<Change> EntryWriter::Apply(db::Session& session,
                                          absl::Span<const EntryWrite> writes) const {
  // This comes before anything is sealed: it holds other writes up, and so keeps the
  // first key as it is, until the commit.
  TRIAD_ASSIGN_OR_RETURN(Revision revision, MetaRows(session).TakeRevision());
  Change change{revision, {}};
  for (const EntryWrite& write : writes) {
    auto ordinal = static_cast<std::int64_t>(change.events.size());
    TRIAD_ASSIGN_OR_RETURN(EntryEvent event, ApplyOne(session, write, revision, ordinal));
    change.events.push_back(std::move(event));
  }
  return change;
}

absl::StatusOr<EntryEvent> EntryWriter::ApplyOne(db::Session& session, const EntryWrite& write,
                                                 Revision revision, std::int64_t ordinal) const {
  VersionRows versions(session);
  EntryRows entries(session);
  TRIAD_ASSIGN_OR_RETURN(std::optional<LatestVersion> latest, versions.Latest(write.name));
  TRIAD_RETURN_IF_ERROR(CheckExists(write, latest));
  TRIAD_RETURN_IF_ERROR(CheckEtag(write, latest, epoch_));
  TRIAD_ASSIGN_OR_RETURN(StoredEntry next, Next(session, write, latest));
  next.revision = revision;
  TRIAD_RETURN_IF_ERROR(CheckMask(next, write));
  if (next.secret) {
    TRIAD_ASSIGN_OR_RETURN(Sealed sealed, secrets_.Seal(next.value, next.name, next.version));
    next.key_id = std::move(sealed.key_id);
    next.nonce = std::move(sealed.nonce);
    next.value = std::move(sealed.ciphertext);
  }
  TRIAD_RETURN_IF_ERROR(versions.Add(next));
  TRIAD_RETURN_IF_ERROR(next.deleted ? entries.Remove(next.name)
                                     : entries.SetCurrent(next.name, next.version));
  TRIAD_RETURN_IF_ERROR(EventRows(session).Append(next, ordinal));
  auto type = next.deleted ? EntryEvent::Type::kDelete : EntryEvent::Type::kPut;
  TRIAD_ASSIGN_OR_RETURN(Entry entry, Show(std::move(next), epoch_));
  return EntryEvent{type, std::move(entry)};
}

absl::StatusOr<StoredEntry> EntryWriter::Next(db::Session& session, const EntryWrite& write,
                                              const std::optional<LatestVersion>& latest) const {
  StoredEntry next;
  next.name = write.name;
  next.version = latest ? latest->version + 1 : 1;
  next.secret = write.secret || (latest && latest->secret);
  next.update_time = clock_.NowMicros();
  next.create_time = latest ? latest->create_time : next.update_time;
  switch (write.kind) {
    case EntryWrite::Kind::kDelete:
      next.deleted = true;
      return next;
    case EntryWrite::Kind::kUndelete:
      TRIAD_RETURN_IF_ERROR(Restore(session, next));
      return next;
    case EntryWrite::Kind::kPut:
      break;
  }
  next.kind = KindOf(write.value);
  next.value = FormatValue(write.value);
  if (latest && latest->deleted) next.create_time = next.update_time;
  return next;
}

absl::Status EntryWriter::Restore(db::Session& session, StoredEntry& next) const {
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> last,
                         VersionRows(session).LastValue(next.name));
  if (!last) return NotThere(next.name);
  next.kind = last->kind;
  next.value = std::move(last->value);
  if (!last->secret) return absl::OkStatus();
  TRIAD_ASSIGN_OR_RETURN(
      next.value,
      secrets_.Open({last->key_id, last->nonce, std::move(next.value)}, last->name, last->version));
  return absl::OkStatus();
}

}  // namespace triad::config

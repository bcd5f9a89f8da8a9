#include "services/config/entries/entry_writer.h"

#include <optional>
#include <set>
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

// Of one transaction: what a watch can send as one message.
constexpr std::int64_t kMaxEntries = 1000;
constexpr std::int64_t kMaxBytes = 4 << 20;

absl::Status NotThere(const EntryName& name) {
  return absl::NotFoundError(absl::StrCat(FormatEntryName(name), " does not exist"));
}

// That there is, or is not, what the write is about.
absl::Status CheckExists(const EntryWrite& write, const std::optional<LatestVersion>& latest) {
  bool is_delete = write.kind == EntryWrite::Kind::kDelete;
  bool is_undelete = write.kind == EntryWrite::Kind::kUndelete;
  if ((is_undelete && !latest) || (is_delete && (!latest || latest->deleted))) {
    return NotThere(write.name);
  }
  if (!is_undelete || latest->deleted) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat(FormatEntryName(write.name), " is not deleted"));
}

absl::Status CheckVersion(const EntryWrite& write, const std::optional<LatestVersion>& latest) {
  std::int64_t current = latest && !latest->deleted ? latest->version : 0;
  if (write.expected_version.value_or(current) == current) return absl::OkStatus();
  if (current == 0) return NotThere(write.name);
  return absl::AbortedError(
      absl::StrCat(FormatEntryName(write.name), " is at version ", current, " now"));
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

// Whether it says that the store is not as the write expects.
bool IsRefusal(absl::StatusCode code) {
  return code == absl::StatusCode::kNotFound || code == absl::StatusCode::kAlreadyExists ||
         code == absl::StatusCode::kAborted || code == absl::StatusCode::kFailedPrecondition;
}

absl::Status TooLarge(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("would make the transaction write over ", what));
}

}  // namespace

struct EntryWriter::Progress {
  Applied applied;
  std::set<EntryName> written;
  std::int64_t bytes = 0;
};

absl::StatusOr<Change> EntryWriter::Apply(db::Session& session,
                                          absl::Span<const EntryWrite> writes) const {
  TRIAD_ASSIGN_OR_RETURN(Applied applied, ApplyEach(session, writes));
  for (const WriteOutcome& outcome : applied.outcomes) TRIAD_RETURN_IF_ERROR(outcome.refused);
  TRIAD_RETURN_IF_ERROR(applied.error);
  return std::move(applied.change);
}

absl::StatusOr<Applied> EntryWriter::ApplyEach(db::Session& session,
                                               absl::Span<const EntryWrite> writes) const {
  Progress progress;
  Applied& applied = progress.applied;
  // This comes before anything is sealed: it holds other writes up, and so keeps the
  // first key as it is, until the commit.
  TRIAD_ASSIGN_OR_RETURN(applied.change.revision, MetaRows(session).TakeRevision());
  for (const EntryWrite& write : writes) {
    WriteOutcome outcome;
    outcome.first_event = applied.change.events.size();
    outcome.refused = ApplyNext(session, write, progress);
    outcome.events = applied.change.events.size() - outcome.first_event;
    if (!outcome.refused.ok()) {
      if (!IsRefusal(outcome.refused.code())) {
        applied.error = std::move(outcome.refused);
        break;
      }
      applied.refused = true;
      TRIAD_ASSIGN_OR_RETURN(outcome.current, ShowCurrent(session, write.name));
    }
    applied.outcomes.push_back(std::move(outcome));
  }
  return std::move(applied);
}

absl::StatusOr<std::optional<Entry>> EntryWriter::ShowCurrent(db::Session& session,
                                                              const EntryName& name) const {
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> stored, EntryRows(session).Find(name));
  if (!stored) return std::nullopt;
  TRIAD_ASSIGN_OR_RETURN(Entry entry, Show(*std::move(stored), epoch_));
  return entry;
}

absl::Status EntryWriter::ApplyNext(db::Session& session, const EntryWrite& write,
                                    Progress& progress) const {
  if (write.kind == EntryWrite::Kind::kDeletePrefix) return DeletePrefix(session, write, progress);
  if (!progress.written.insert(write.name).second) {
    return absl::InvalidArgumentError(absl::StrCat(
        FormatEntryName(write.name), " is written by an operation before this one already"));
  }
  Change& change = progress.applied.change;
  if (static_cast<std::int64_t>(change.events.size()) == kMaxEntries) {
    return TooLarge(absl::StrCat(kMaxEntries, " entries"));
  }
  TRIAD_ASSIGN_OR_RETURN(EntryEvent event, ApplyOne(session, write, progress));
  if (!change.events.empty() && progress.bytes > kMaxBytes) {
    return TooLarge(absl::StrCat(kMaxBytes, " bytes of values"));
  }
  change.events.push_back(std::move(event));
  return absl::OkStatus();
}

absl::Status EntryWriter::DeletePrefix(db::Session& session, const EntryWrite& write,
                                       Progress& progress) const {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<KeySize> keys,
      EntryRows(session).ListSizes({write.name.space, write.name.key}, "", kMaxEntries + 1));
  for (KeySize& key : keys) {
    EntryWrite one;
    one.kind = EntryWrite::Kind::kDelete;
    one.name = {write.name.space, std::move(key.key)};
    TRIAD_RETURN_IF_ERROR(ApplyNext(session, one, progress));
  }
  return absl::OkStatus();
}

absl::StatusOr<EntryEvent> EntryWriter::ApplyOne(db::Session& session, const EntryWrite& write,
                                                 Progress& progress) const {
  const Change& change = progress.applied.change;
  VersionRows versions(session);
  EntryRows entries(session);
  TRIAD_ASSIGN_OR_RETURN(std::optional<LatestVersion> latest, versions.Latest(write.name));
  TRIAD_RETURN_IF_ERROR(CheckExists(write, latest));
  TRIAD_RETURN_IF_ERROR(CheckEtag(write, latest, epoch_));
  TRIAD_RETURN_IF_ERROR(CheckVersion(write, latest));
  TRIAD_ASSIGN_OR_RETURN(StoredEntry next, Next(session, write, latest));
  next.revision = change.revision;
  TRIAD_RETURN_IF_ERROR(CheckMask(next, write));
  if (next.secret) {
    TRIAD_ASSIGN_OR_RETURN(Sealed sealed, secrets_.Seal(next.value, next.name, next.version));
    next.key_id = std::move(sealed.key_id);
    next.nonce = std::move(sealed.nonce);
    next.value = std::move(sealed.ciphertext);
  }
  progress.bytes += static_cast<std::int64_t>(next.value.size());
  TRIAD_RETURN_IF_ERROR(versions.Add(next));
  TRIAD_RETURN_IF_ERROR(next.deleted ? entries.Remove(next.name)
                                     : entries.SetCurrent(next.name, next.version));
  TRIAD_RETURN_IF_ERROR(
      EventRows(session).Append(next, static_cast<std::int64_t>(change.events.size())));
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
  bool is_new = !latest || latest->deleted;
  if (is_new && write.kind != EntryWrite::Kind::kUndelete) next.create_time = next.update_time;
  switch (write.kind) {
    case EntryWrite::Kind::kDelete:
    case EntryWrite::Kind::kDeletePrefix:
      next.deleted = true;
      break;
    case EntryWrite::Kind::kUndelete: {
      TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> last,
                             VersionRows(session).LastValue(next.name));
      TRIAD_RETURN_IF_ERROR(TakeValue(std::move(last), next.name, next));
      break;
    }
    case EntryWrite::Kind::kCopy: {
      TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> source,
                             EntryRows(session).Find(write.source));
      TRIAD_RETURN_IF_ERROR(TakeValue(std::move(source), write.source, next));
      break;
    }
    case EntryWrite::Kind::kPut:
      next.kind = KindOf(write.value);
      next.value = FormatValue(write.value);
  }
  return next;
}

absl::Status EntryWriter::TakeValue(std::optional<StoredEntry> from, const EntryName& name,
                                    StoredEntry& next) const {
  if (!from) return NotThere(name);
  next.kind = from->kind;
  next.value = std::move(from->value);
  if (!from->secret) return absl::OkStatus();
  next.secret = true;
  TRIAD_ASSIGN_OR_RETURN(
      next.value,
      secrets_.Open({from->key_id, from->nonce, std::move(next.value)}, from->name, from->version));
  return absl::OkStatus();
}

}  // namespace triad::config

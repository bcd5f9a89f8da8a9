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

}  // namespace

absl::StatusOr<Change> EntryWriter::Apply(db::Session& session,
                                          absl::Span<const EntryWrite> writes) const {
  // This comes before anything is sealed: it holds other writes up, and so keeps the
  // first key as it is, until the commit.
  TRIAD_ASSIGN_OR_RETURN(Revision revision, MetaRows(session).TakeRevision());
  Change change{revision, {}};
  for (const EntryWrite& write : writes) {
    auto ordinal = static_cast<std::int64_t>(change.events.size());
    TRIAD_ASSIGN_OR_RETURN(Entry entry, ApplyOne(session, write, revision, ordinal));
    change.events.push_back({EntryEvent::Type::kPut, std::move(entry)});
  }
  return change;
}

absl::StatusOr<Entry> EntryWriter::ApplyOne(db::Session& session, const EntryWrite& write,
                                            Revision revision, std::int64_t ordinal) const {
  VersionRows versions(session);
  TRIAD_ASSIGN_OR_RETURN(std::optional<LatestVersion> latest, versions.Latest(write.name));
  TRIAD_RETURN_IF_ERROR(CheckEtag(write, latest, epoch_));
  bool was_secret = latest && latest->secret;
  bool secret = write.secret || was_secret;
  if (secret && write.value == Value(std::string(kMask))) {
    return InvalidField("entry.value", "is the mask of the secret: send the secret itself");
  }
  StoredEntry stored;
  stored.name = write.name;
  stored.version = latest ? latest->version + 1 : 1;
  stored.revision = revision;
  stored.kind = KindOf(write.value);
  stored.value = FormatValue(write.value);
  stored.secret = secret;
  stored.update_time = clock_.NowMicros();
  stored.create_time = latest && !latest->deleted ? latest->create_time : stored.update_time;
  if (stored.secret) {
    TRIAD_ASSIGN_OR_RETURN(Sealed sealed, secrets_.Seal(stored.value, stored.name, stored.version));
    stored.key_id = std::move(sealed.key_id);
    stored.nonce = std::move(sealed.nonce);
    stored.value = std::move(sealed.ciphertext);
  }
  TRIAD_RETURN_IF_ERROR(versions.Add(stored));
  TRIAD_RETURN_IF_ERROR(EntryRows(session).SetCurrent(stored.name, stored.version));
  TRIAD_RETURN_IF_ERROR(EventRows(session).Append(stored, ordinal));
  return Show(std::move(stored), epoch_);
}

}  // namespace triad::config

#include "services/config/entries/entry_writer.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "runtime/base/clock.h"
#include "runtime/base/status.h"
#include "services/config/entries/next_version.h"
#include "services/config/model/entry_name.h"
#include "services/config/namespaces/writable_namespace.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/rows/expiry_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/version_rows.h"
#include "services/config/schemas/schema_cache.h"
#include "services/config/secrets/data_keys.h"

namespace triad::config {
namespace {

// What a change holds of all values together; beyond it those alone that are small.
constexpr std::int64_t kMaxHeldBytes = 4 << 20;
constexpr std::int64_t kSmallValue = 1024;
// What one operation looks at.
constexpr std::int64_t kMaxKeys = 10'000;

// That there is, or is not, what the write is about.
absl::Status CheckExists(const EntryWrite& write, const std::optional<LatestVersion>& latest) {
  bool is_delete = write.kind == EntryWrite::Kind::kDelete;
  bool is_undelete = write.kind == EntryWrite::Kind::kUndelete;
  bool absent = !latest || latest->deleted;
  if ((is_undelete && !latest) || (absent && (is_delete || write.must_exist))) {
    return DoesNotExist(write.name);
  }
  if (!is_undelete || latest->deleted) return absl::OkStatus();
  return absl::AlreadyExistsError(absl::StrCat(FormatEntryName(write.name), " is not deleted"));
}

absl::Status CheckExpectation(const EntryWrite& write, const std::optional<LatestVersion>& latest,
                              Epoch epoch) {
  std::optional<CurrentState> current;
  if (latest && !latest->deleted) {
    current = CurrentState{FormatEtag(epoch, latest->revision), latest->version};
  }
  return write.expects.Check(FormatEntryName(write.name), current);
}

// Whether it says that the store is not as the write expects.
bool IsRefusal(absl::StatusCode code) {
  return code == absl::StatusCode::kNotFound || code == absl::StatusCode::kAlreadyExists ||
         code == absl::StatusCode::kAborted || code == absl::StatusCode::kFailedPrecondition;
}

// Keeps the list of ends as it should be.
absl::Status MoveExpiry(db::Session& session, const std::optional<LatestVersion>& latest,
                        const StoredEntry& next) {
  ExpiryRows expiries(session);
  if (latest.has_value() && latest->expire_time.has_value()) {
    TRIAD_RETURN_IF_ERROR(expiries.Remove(next.name, *latest->expire_time));
  }
  if (!next.expire_time.has_value()) return absl::OkStatus();
  return expiries.Add({*next.expire_time, next.name, next.version});
}

absl::Status TooLarge(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("would make the transaction write over ", what));
}

// The text of an entry's value, if it has one of any length.
std::string* TextOf(Entry& entry) {
  if (auto* text = std::get_if<std::string>(&entry.value)) return text;
  if (auto* json = std::get_if<Json>(&entry.value)) return &json->text;
  return nullptr;
}

std::int64_t LengthOf(Entry& entry) {
  std::string* text = TextOf(entry);
  return text == nullptr ? 0 : static_cast<std::int64_t>(text->size());
}

void LeaveOutValue(EntryEvent& event) {
  std::int64_t length = LengthOf(event.entry);
  if (length <= kSmallValue) return;
  event.left_out_bytes = length;
  *TextOf(event.entry) = std::string();
}

}  // namespace

struct EntryWriter::Progress {
  // Adds to the change what fits into memory.
  void Add(EntryEvent event);

  Applied applied;
  std::set<EntryName> written;
  std::int64_t value_bytes = 0;  // of all that is written
  std::int64_t held_bytes = 0;   // of the values in the change, before any was left out
  bool leaves_out = false;
  bool import = false;  // whether it is one
};

void EntryWriter::Progress::Add(EntryEvent event) {
  Change& change = applied.change;
  std::int64_t length = LengthOf(event.entry);
  change.bytes += length + static_cast<std::int64_t>(
                               event.entry.name.key.size() + event.entry.description.size() +
                               event.entry.labels.size() + event.labels_before.size());
  held_bytes += length;
  change.events.push_back(std::move(event));
  if (leaves_out) return LeaveOutValue(change.events.back());
  leaves_out = held_bytes > kMaxHeldBytes && change.events.size() > 1;
  if (!leaves_out) return;
  for (EntryEvent& one : change.events) LeaveOutValue(one);
}

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

absl::StatusOr<Change> EntryWriter::ApplyPlan(db::Session& session, Plan plan) const {
  Progress progress;
  progress.import = true;
  Change& change = progress.applied.change;
  auto put = [&](const EntryWrite& write) -> absl::Status {
    if (change.events.empty()) {
      TRIAD_ASSIGN_OR_RETURN(change.revision, MetaRows(session).TakeRevision());
    }
    return AddOne(session, write, progress);
  };
  TRIAD_RETURN_IF_ERROR(plan(put));
  return std::move(change);
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
  return AddOne(session, write, progress);
}

absl::Status EntryWriter::CheckCount(const Progress& progress) const {
  std::int64_t limit = progress.import ? options_.import_entries : options_.transaction_entries;
  auto count = static_cast<std::int64_t>(progress.applied.change.events.size());
  if (count < limit) return absl::OkStatus();
  return TooLarge(absl::StrCat(
      limit, " entries (", progress.import ? "--import_entries" : "--transaction_entries", ")"));
}

absl::Status EntryWriter::AddOne(db::Session& session, const EntryWrite& write,
                                 Progress& progress) const {
  Change& change = progress.applied.change;
  TRIAD_RETURN_IF_ERROR(CheckCount(progress));
  TRIAD_ASSIGN_OR_RETURN(EntryEvent event, ApplyOne(session, write, progress));
  if (!change.events.empty() && progress.value_bytes > options_.transaction_bytes) {
    return TooLarge(
        absl::StrCat(options_.transaction_bytes, " bytes of values (--transaction_bytes)"));
  }
  progress.Add(std::move(event));
  return absl::OkStatus();
}

absl::Status EntryWriter::DeletePrefix(db::Session& session, const EntryWrite& write,
                                       Progress& progress) const {
  EntryFilter filter{write.name.space, write.name.key};
  std::string after;
  for (std::int64_t looked_at = 0; looked_at <= kMaxKeys; ++looked_at) {
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> next, EntryRows(session).Next(filter, after));
    if (!next.has_value()) return absl::OkStatus();
    after = next->name.key;
    if (next->deleted) continue;
    EntryWrite one{.name = std::move(next->name), .kind = EntryWrite::Kind::kDelete};
    TRIAD_RETURN_IF_ERROR(ApplyNext(session, one, progress));
  }
  return TooLarge(absl::StrCat(kMaxKeys, " keys, deleted ones counted"));
}

absl::StatusOr<EntryEvent> EntryWriter::ApplyOne(db::Session& session, const EntryWrite& write,
                                                 Progress& progress) const {
  const Change& change = progress.applied.change;
  TRIAD_ASSIGN_OR_RETURN(std::optional<LatestVersion> latest,
                         VersionRows(session).Latest(write.name));
  TRIAD_RETURN_IF_ERROR(CheckExists(write, latest));
  TRIAD_RETURN_IF_ERROR(CheckExpectation(write, latest, epoch_));
  TRIAD_RETURN_IF_ERROR(CheckNamespace(session, write, latest));
  TRIAD_ASSIGN_OR_RETURN(StoredEntry next,
                         NextVersion(session, secrets_, write, latest, clock_.NowMicros()));
  TRIAD_RETURN_IF_ERROR(CheckSchema(session, write, next));
  next.revision = change.revision;
  next.ordinal = static_cast<std::int64_t>(change.events.size());
  progress.value_bytes += static_cast<std::int64_t>(next.value.size());
  TRIAD_RETURN_IF_ERROR(Seal(session, next));
  TRIAD_RETURN_IF_ERROR(VersionRows(session).Add(next));
  TRIAD_RETURN_IF_ERROR(MoveExpiry(session, latest, next));
  auto type = next.deleted ? EntryEvent::Type::kDelete : EntryEvent::Type::kPut;
  TRIAD_ASSIGN_OR_RETURN(Entry entry, Show(std::move(next), epoch_));
  return EntryEvent{type, std::move(entry), latest ? latest->labels : std::string()};
}

absl::Status EntryWriter::CheckNamespace(db::Session& session, const EntryWrite& write,
                                         const std::optional<LatestVersion>& latest) const {
  // A key that is there already has its namespace.
  if (latest.has_value() && latest->space == NamespaceState::kActive) return absl::OkStatus();
  // The deletion of a namespace deletes its entries.
  if (latest.has_value() && write.kind == EntryWrite::Kind::kDelete) return absl::OkStatus();
  return MakeWritable(session, write.name.space, options_.explicit_namespaces, clock_.NowMicros());
}

void EntryWriter::CheckAhead(EntryWrite& write) const {
  if (write.value.has_value()) write.fits = schemas_.FindFitting(write.name, *write.value);
}

// What a put leaves as it is has been checked when it was written, or was there before the schema.
absl::Status EntryWriter::CheckSchema(db::Session& session, const EntryWrite& write,
                                      const StoredEntry& next) const {
  bool takes_value = write.kind != EntryWrite::Kind::kPut || write.value.has_value() ||
                     write.generated.has_value();
  if (next.deleted || !takes_value) return absl::OkStatus();
  TRIAD_ASSIGN_OR_RETURN(std::shared_ptr<const SchemaSet> schemas,
                         schemas_.Find(session, write.name.space));
  if (schemas == write.fits) return absl::OkStatus();
  return schemas->Check(next.name.key, next.kind, next.value);
}

absl::Status EntryWriter::Seal(db::Session& session, StoredEntry& next) const {
  if (!next.secret || next.deleted) return absl::OkStatus();
  TRIAD_ASSIGN_OR_RETURN(Sealed sealed,
                         secrets_.Seal(session, next.value, next.name, next.version));
  next.key_id = std::move(sealed.key_id);
  next.nonce = std::move(sealed.nonce);
  next.value = std::move(sealed.ciphertext);
  return absl::OkStatus();
}

}  // namespace triad::config

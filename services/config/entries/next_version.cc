#include "services/config/entries/next_version.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/secrets/data_keys.h"

namespace triad::config {
namespace {

using Kind = EntryWrite::Kind;

// Where the value, or what else a put leaves as it is, comes from.
absl::StatusOr<std::optional<StoredEntry>> FindSource(db::Session& session,
                                                      const EntryWrite& write) {
  switch (write.kind) {
    case Kind::kUndelete:
      return VersionRows(session).LastValue(write.name);
    case Kind::kCopy:
      return EntryRows(session).Find(write.source);
    case Kind::kRestore:
      return VersionRows(session).Find(write.name, write.restored_version);
    case Kind::kPut:
      if (write.value.has_value() && write.description.has_value() && write.labels.has_value()) {
        return std::nullopt;
      }
      return EntryRows(session).Find(write.name);
    case Kind::kDelete:
    case Kind::kDeletePrefix:
      break;
  }
  return std::nullopt;
}

// Gives `next` the value of `from`, opened.
absl::Status TakeValue(db::Session& session, StoredEntry from, const DataKeys& secrets,
                       StoredEntry& next) {
  if (from.destroyed) {
    return absl::FailedPreconditionError(absl::StrCat(FormatEntryName(from.name),
                                                      " has no value in version ", from.version,
                                                      " any more: it was destroyed"));
  }
  next.kind = from.kind;
  next.value = std::move(from.value);
  if (!from.secret) return absl::OkStatus();
  next.secret = true;
  next.content_id = std::move(from.content_id);
  TRIAD_ASSIGN_OR_RETURN(
      next.value, secrets.Open(session, {from.key_id, from.nonce, std::move(next.value)}, from.name,
                               from.version));
  return absl::OkStatus();
}

absl::Status CheckMask(const EntryWrite& write, const StoredEntry& next) {
  if (!next.secret || write.value != Value(std::string(kMask))) return absl::OkStatus();
  return InvalidField("entry.value", "is the mask of the secret: send the secret itself");
}

absl::StatusOr<std::optional<absl::Time>> EndOf(const EntryWrite& write,
                                                const std::optional<LatestVersion>& latest,
                                                absl::Time now) {
  std::optional<absl::Time> kept;
  if (latest.has_value() && !latest->deleted) kept = latest->expire_time;
  if (write.kind != Kind::kPut) return write.kind == Kind::kCopy ? kept : std::nullopt;
  if (!write.expiration.has_value()) return kept;
  if (write.expiration->ttl.has_value()) return now + *write.expiration->ttl;
  if (write.expiration->time.has_value() && *write.expiration->time <= now) {
    return InvalidField("entry.expire_time", "must be in the future");
  }
  return write.expiration->time;
}

StoredEntry Successor(const EntryWrite& write, const std::optional<LatestVersion>& latest,
                      absl::Time now) {
  StoredEntry next;
  next.name = write.name;
  next.version = latest ? latest->version + 1 : 1;
  // What is restored is what it was.
  next.secret = write.secret || (latest && latest->secret && write.kind != Kind::kRestore);
  next.update_time = now;
  bool is_new = !latest || (latest->deleted && write.kind != Kind::kUndelete);
  next.create_time = is_new ? now : latest->create_time;
  next.deleted = write.kind == Kind::kDelete;
  return next;
}

}  // namespace

absl::Status DoesNotExist(const EntryName& name) {
  return absl::NotFoundError(absl::StrCat(FormatEntryName(name), " does not exist"));
}

absl::Status AtRevision(absl::Status status, Revision revision) {
  return WithReason(std::move(status), "NOT_THERE", "config.triad",
                    {{"revision", absl::StrCat(revision.value)}});
}

absl::StatusOr<StoredEntry> NextVersion(db::Session& session, const DataKeys& secrets,
                                        const EntryWrite& write,
                                        const std::optional<LatestVersion>& latest,
                                        absl::Time now) {
  StoredEntry next = Successor(write, latest, now);
  if (next.deleted) return next;
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> source, FindSource(session, write));
  bool has_value = write.value.has_value() || write.generated.has_value();
  if (!has_value && (!source.has_value() || source->deleted)) {
    return DoesNotExist(write.kind == Kind::kCopy ? write.source : write.name);
  }
  if (source.has_value()) {
    next.description = source->description;
    next.labels = source->labels;
  }
  if (write.generated.has_value()) {
    next.secret = true;
    next.value = secrets.Generate(write.generated->length, write.generated->alphabet);
  } else if (write.value.has_value()) {
    next.kind = KindOf(*write.value);
    next.value = FormatValue(*write.value);
    TRIAD_RETURN_IF_ERROR(CheckMask(write, next));
  } else {
    TRIAD_RETURN_IF_ERROR(TakeValue(session, *std::move(source), secrets, next));
  }
  if (write.description.has_value()) next.description = *write.description;
  if (write.labels.has_value()) next.labels = *write.labels;
  TRIAD_ASSIGN_OR_RETURN(next.expire_time, EndOf(write, latest, now));
  if (next.secret && next.content_id.empty()) next.content_id = secrets.NewContentId();
  return next;
}

}  // namespace triad::config

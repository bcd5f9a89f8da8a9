#include "services/config/transfer/import_plan.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/rows/entry_rows.h"

namespace triad::config {
namespace {

// What the entry is to have of something that the file may say or not.
std::optional<std::string> Wanted(const std::optional<std::string>& said, ImportMode mode) {
  if (said.has_value() || mode == ImportMode::kMerge) return said;
  return "";
}

std::optional<Expiration> WantedEnd(const std::optional<absl::Time>& said, ImportMode mode) {
  if (!said.has_value() && mode == ImportMode::kMerge) return std::nullopt;
  return Expiration{.time = said};
}

// Whether it says what is there already.
bool SaysTheSame(const EntryWrite& write, const StoredEntry& current) {
  if (write.secret && !current.secret) return false;
  if (write.value.has_value()) {
    // Nobody is told whether a secret is equal to another one.
    if (current.secret || current.destroyed) return false;
    if (current.kind != KindOf(*write.value) || current.value != FormatValue(*write.value)) {
      return false;
    }
  }
  return write.description.value_or(current.description) == current.description &&
         write.labels.value_or(current.labels) == current.labels &&
         (!write.expiration.has_value() || write.expiration->time == current.expire_time);
}

}  // namespace

absl::Status ImportPlan::Run(db::Session& session, EntryWriter::Put put, Epoch epoch) {
  epoch_ = epoch;
  counts_ = {};
  put_.clear();
  deleted_.clear();
  for (const FileEntry& entry : entries_) {
    TRIAD_RETURN_IF_ERROR(PutEntry(session, entry, put));
  }
  if (mode_ == ImportMode::kReplace) return DeleteOthers(session, put);
  return absl::OkStatus();
}

absl::StatusOr<EntryWrite> ImportPlan::WriteOf(const FileEntry& entry,
                                               const std::optional<StoredEntry>& current) const {
  static const FileEntry::More kNothing;
  const FileEntry::More& more = entry.more != nullptr ? *entry.more : kNothing;
  bool is_secret = current.has_value() && current->secret;
  bool masked =
      !entry.value.has_value() || (is_secret && *entry.value == Value(std::string(kMask)));
  if (masked && !is_secret) {
    return RefusedAt(entry.at, entry.key,
                     "is a secret without its value, and no such secret is there: give the value "
                     "in the place of the mask");
  }
  EntryWrite write{.name = {space_, entry.key}};
  if (!masked) write.value = entry.value;
  write.secret = entry.secret;
  write.description = Wanted(more.description, mode_);
  write.labels = Wanted(more.labels, mode_);
  write.expiration = WantedEnd(more.expire_time, mode_);
  return write;
}

absl::Status ImportPlan::PutEntry(db::Session& session, const FileEntry& entry,
                                  EntryWriter::Put put) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> current,
                         EntryRows(session).Find({space_, entry.key}));
  TRIAD_ASSIGN_OR_RETURN(EntryWrite write, WriteOf(entry, current));
  if (current.has_value() && SaysTheSame(write, *current)) {
    ++counts_.unchanged;
    return absl::OkStatus();
  }
  TRIAD_RETURN_IF_ERROR(Note(put_, entry.key, current));
  ++(current.has_value() ? counts_.changed : counts_.added);
  absl::Status done = put(write);
  if (!absl::IsInvalidArgument(done)) return done;
  return RefusedAt(entry.at, entry.key, absl::StrCat("cannot be written: ", done.message()));
}

absl::Status ImportPlan::DeleteOthers(db::Session& session, EntryWriter::Put put) {
  auto next_in_file = entries_.begin();
  for (std::string after;;) {
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> next,
                           EntryRows(session).Next({space_, ""}, after));
    if (!next.has_value()) return absl::OkStatus();
    after = next->name.key;
    while (next_in_file != entries_.end() && next_in_file->key < after) ++next_in_file;
    bool in_file = next_in_file != entries_.end() && next_in_file->key == after;
    if (in_file || next->deleted) continue;
    EntryWrite write{.name = next->name, .kind = EntryWrite::Kind::kDelete};
    TRIAD_RETURN_IF_ERROR(Note(deleted_, after, std::move(next)));
    ++counts_.removed;
    TRIAD_RETURN_IF_ERROR(put(write));
  }
}

absl::Status ImportPlan::Note(std::map<std::string, Before>& noted, const std::string& key,
                              std::optional<StoredEntry> current) {
  if (noted.size() == max_differences_) return absl::OkStatus();
  Before before{static_cast<std::size_t>(counts_.added + counts_.changed + counts_.removed), {}};
  if (current.has_value()) {
    TRIAD_ASSIGN_OR_RETURN(before.entry, Show(*std::move(current), epoch_));
  }
  noted.emplace(key, std::move(before));
  return absl::OkStatus();
}

std::vector<Difference> ImportPlan::Differences(const Change& change) const {
  std::map<std::string, const Before*> all;
  for (const auto* noted : {&put_, &deleted_}) {
    for (const auto& [key, before] : *noted) all.emplace(key, &before);
  }
  std::vector<Difference> differences;
  for (const auto& [key, before] : all) {
    if (differences.size() == max_differences_) break;
    const EntryEvent& event = change.events[before->event];
    std::optional<Entry> after;
    if (event.type == EntryEvent::Type::kPut) after = event.entry;
    differences.push_back({key, before->entry, std::move(after)});
  }
  return differences;
}

}  // namespace triad::config

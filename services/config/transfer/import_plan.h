// What a file of entries makes of a namespace.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/database/database.h"
#include "services/config/entries/entry_writer.h"
#include "services/config/history/entry_diff.h"
#include "services/config/model/entry.h"
#include "services/config/transfer/formats/file_entry.h"

namespace triad::config {

// What becomes of what the file does not say. kMerge: it stays, entries and what an entry has.
// kReplace: entries are deleted, and an entry has no more than the file says.
enum class ImportMode { kMerge, kReplace };

struct ImportCounts {
  std::int64_t added = 0;
  std::int64_t changed = 0;
  std::int64_t removed = 0;
  std::int64_t unchanged = 0;
};

// For one transaction at a time.
class ImportPlan {
 public:
  // Differences are kept if `max_differences` is not 0. `entries` must outlive it.
  ImportPlan(std::string space, const FileEntries& entries, ImportMode mode,
             std::size_t max_differences)
      : space_(std::move(space)),
        entries_(entries),
        mode_(mode),
        max_differences_(max_differences) {}

  // Puts everything that is not yet as the file says. It may run more than once, and begins
  // anew each time. INVALID_ARGUMENT, with the place in the file, if an entry cannot be
  // written, or is a masked secret and no secret is there.
  absl::Status Run(db::Session& session, EntryWriter::Put put, Epoch epoch);

  const ImportCounts& counts() const { return counts_; }
  // The first of them, in order of key; `change` is what was written, or would have been.
  // Values that it left out are empty.
  std::vector<Difference> Differences(const Change& change) const;
  // Whether there are more of them.
  bool more_differences() const {
    return counts_.added + counts_.changed + counts_.removed >
           static_cast<std::int64_t>(max_differences_);
  }

 private:
  // What is there before the event of this number of the change.
  struct Before {
    std::size_t event;
    std::optional<Entry> entry;
  };

  absl::Status PutEntry(db::Session& session, const FileEntry& entry, EntryWriter::Put put);
  absl::Status DeleteOthers(db::Session& session, EntryWriter::Put put);
  absl::StatusOr<EntryWrite> WriteOf(const FileEntry& entry,
                                     const std::optional<StoredEntry>& current) const;
  // Of the event that comes next.
  absl::Status Note(std::map<std::string, Before>& noted, const std::string& key,
                    std::optional<StoredEntry> current);

  const std::string space_;
  const FileEntries& entries_;
  const ImportMode mode_;
  const std::size_t max_differences_;
  Epoch epoch_;
  ImportCounts counts_;
  std::map<std::string, Before> put_, deleted_;
};

}  // namespace triad::config

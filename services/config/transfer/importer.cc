#include "services/config/transfer/importer.h"

#include <utility>

#include "runtime/base/status.h"
#include "services/config/transfer/formats/file_reader.h"

namespace triad::config {

static_assert(sizeof(EntryEvent) + 128 <= Importer::kWrittenBytes, "an event, its key and etag");

absl::StatusOr<ImportResult> Importer::Import(const ImportRequest& request, Upload& upload,
                                              const EntryStore::Wanted& wanted) {
  FileLimits limits{limits_, store_.limits().import_entries};
  auto read = [&](char* buffer, std::size_t size) { return upload.Read(buffer, size); };
  auto reserve = [&](std::size_t bytes) { return upload.Reserve(bytes); };
  absl::StatusOr<FileEntries> entries = ReadFile(request.format, read, limits, reserve);
  // An upload that was ended reads like one that was cut off.
  TRIAD_RETURN_IF_ERROR(upload.status());
  if (!entries.ok()) return std::move(entries).status();
  ImportPlan plan(request.space, *entries, request.mode,
                  request.dry_run == DryRun::kYes ? kMaxDifferences : 0);
  std::size_t reserved = 0;  // for so many writes; the transaction may be tried again
  auto work = [&](db::Session& session, EntryWriter::Put put) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(wanted());
    std::size_t written = 0;
    auto counted = [&](const EntryWrite& write) -> absl::Status {
      if (++written > reserved) {
        TRIAD_RETURN_IF_ERROR(upload.Reserve(kWrittenBytes));
        ++reserved;
      }
      return put(write);
    };
    return plan.Run(session, counted, epoch_);
  };
  TRIAD_ASSIGN_OR_RETURN(Change change, store_.Import(work, request.dry_run));
  ImportResult result{change.revision, plan.counts(), plan.Differences(change), false};
  result.more_differences = request.dry_run == DryRun::kYes && plan.more_differences();
  return result;
}

}  // namespace triad::config

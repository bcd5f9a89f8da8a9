#include "services/config/transfer/importer.h"

#include <utility>

#include "runtime/base/status.h"
#include "services/config/transfer/formats/file_reader.h"

namespace triad::config {
namespace {

// What an event takes beside its texts.
constexpr std::size_t kEventBytes = sizeof(EntryEvent) + 64;

}  // namespace

absl::StatusOr<ImportResult> Importer::Import(const ImportRequest& request, Upload& upload,
                                              const EntryStore::Wanted& wanted) {
  FileLimits limits{limits_, store_.limits().import_entries};
  auto read = [&](char* buffer, std::size_t size) { return upload.Read(buffer, size); };
  // An entry that is written becomes an event, too.
  auto reserve = [&](std::size_t bytes) { return upload.Reserve(bytes + kEventBytes); };
  absl::StatusOr<FileEntries> entries = ReadFile(request.format, read, limits, reserve);
  // An upload that was ended reads like one that was cut off.
  TRIAD_RETURN_IF_ERROR(upload.status());
  if (!entries.ok()) return std::move(entries).status();
  ImportPlan plan(request.space, *entries, request.mode,
                  request.dry_run == DryRun::kYes ? kMaxDifferences : 0);
  TRIAD_ASSIGN_OR_RETURN(Change change,
                         store_.Import(
                             [&](db::Session& session, EntryWriter::Put put) -> absl::Status {
                               TRIAD_RETURN_IF_ERROR(wanted());
                               return plan.Run(session, put, epoch_);
                             },
                             request.dry_run));
  ImportResult result{change.revision, plan.counts(), plan.Differences(change), false};
  result.more_differences = request.dry_run == DryRun::kYes && plan.more_differences();
  return result;
}

}  // namespace triad::config

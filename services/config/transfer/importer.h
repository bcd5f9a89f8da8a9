// Imports files of entries.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/config/entries/entry_store.h"
#include "services/config/model/value_limits.h"
#include "services/config/transfer/formats/file_entry.h"
#include "services/config/transfer/import_plan.h"
#include "services/config/transfer/upload.h"

namespace triad::config {

struct ImportRequest {
  std::string space = {};
  FileFormat format = FileFormat::kJson;
  ImportMode mode = ImportMode::kMerge;
  DryRun dry_run = DryRun::kNo;
};

struct ImportResult {
  Revision revision;
  ImportCounts counts;
  std::vector<Difference> differences;  // of a dry run
  bool more_differences = false;
};

// Thread-safe. Blocks, but for Begin.
class Importer {
 public:
  static constexpr std::size_t kMaxDifferences = 1000;
  // What an entry that is written takes until the transaction has ended, beside what the file
  // says of it.
  static constexpr std::size_t kWrittenBytes = 512;

  // What it is given must outlive it, and what it returns.
  Importer(EntryStore& store, MemoryBudget& budget, Executor& executor, ValueLimits limits,
           Epoch epoch)
      : store_(store), budget_(budget), executor_(executor), limits_(limits), epoch_(epoch) {}

  std::unique_ptr<Upload> Begin() { return std::make_unique<Upload>(budget_, executor_); }

  // Reads the whole file, and writes it in one transaction. `wanted` is asked when the
  // transaction begins: what it returns, unless OK, is the answer. INVALID_ARGUMENT, with line
  // and column, for a malformed file and for what cannot be written; what Upload says if
  // there is no memory for it; others are those of EntryWriter::Apply.
  absl::StatusOr<ImportResult> Import(const ImportRequest& request, Upload& upload,
                                      const EntryStore::Wanted& wanted);

 private:
  EntryStore& store_;
  MemoryBudget& budget_;
  Executor& executor_;
  const ValueLimits limits_;
  const Epoch epoch_;
};

}  // namespace triad::config

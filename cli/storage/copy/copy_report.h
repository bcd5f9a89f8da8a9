// What cp, mv and sync say while they work.
#pragma once

#include <cstdint>
#include <string>

#include "cli/output/document.h"
#include "cli/session.h"
#include "cli/storage/copy/places.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/mutex.h"

namespace triad::cli {

// A line for each that is done, or one document of all; and on a terminal how far it is. With
// --dry-run it is what would be done. Thread-safe.
class CopyReport {
 public:
  // `array` is what the document calls them. Nothing is said on a standard output that content
  // goes to.
  CopyReport(const Session& session, const char* array, bool to_output);

  void Moved(std::int64_t bytes);
  void Done(const Copying& copy, std::int64_t bytes);
  // In the document the path stands in "deleted".
  void Deleted(const Place& place);
  // After the last one, if all went well.
  void End();

 private:
  const Session& session_;
  const bool silent_;
  const bool dry_run_;
  Mutex mutex_;
  Progress progress_ ABSL_GUARDED_BY(mutex_);
  DocumentWriter document_ ABSL_GUARDED_BY(mutex_);
  nlohmann::ordered_json deleted_ ABSL_GUARDED_BY(mutex_);  // paths; null for none
  std::int64_t moved_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace triad::cli

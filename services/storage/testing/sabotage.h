// File systems that break what they promise about syncs. A test of durability has to
// fail on each of them, or it proves nothing.
#pragma once

#include <memory>

#include "runtime/io/file_system.h"

namespace triad::storage {

enum class Sabotage {
  kIgnoreSync,           // Sync of files does nothing
  kIgnoreDirectorySync,  // SyncDirectory does nothing
  kRenameBeforeSync,     // Sync is put off until the next file is made, after the rename
};

// `files` must outlive it.
std::unique_ptr<FileSystem> Sabotaged(FileSystem& files, Sabotage sabotage);

}  // namespace triad::storage

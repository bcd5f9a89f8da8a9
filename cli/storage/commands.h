// Rows of the commands of the storage service.
#pragma once

#include <vector>

#include "cli/table/command.h"

namespace triad::cli {

std::vector<Command> StorageListCommands();    // ls, versions
std::vector<Command> StorageLookCommands();    // stat, du, cat
std::vector<Command> StorageCopyCommands();    // cp, mv
std::vector<Command> StorageSyncCommands();    // sync
std::vector<Command> StorageZipCommands();     // zip
std::vector<Command> StorageRemoveCommands();  // rm, restore
std::vector<Command> StorageBucketCommands();  // mb, rb

}  // namespace triad::cli

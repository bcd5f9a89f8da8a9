// Rows of the commands of the config service.
#pragma once

#include <vector>

#include "cli/table/command.h"

namespace triad::cli {

std::vector<Command> EntryCommands();      // get, delete, undelete
std::vector<Command> SetCommands();        // set
std::vector<Command> ListCommands();       // list
std::vector<Command> WatchCommands();      // watch
std::vector<Command> HistoryCommands();    // history, diff, rollback
std::vector<Command> CommitCommands();     // commit
std::vector<Command> TransferCommands();   // import, export
std::vector<Command> SchemaCommands();     // schema set, get, list, delete, for
std::vector<Command> SecretCommands();     // reveal, destroy
std::vector<Command> NamespaceCommands();  // namespaces list, create, delete

}  // namespace triad::cli

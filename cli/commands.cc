#include "cli/commands.h"

#include <iterator>
#include <utility>
#include <vector>

#include "cli/audit/commands.h"
#include "cli/config/commands.h"
#include "cli/own/commands.h"
#include "cli/storage/commands.h"
#include "cli/transform/commands.h"

namespace triad::cli {
namespace {

std::vector<Command> Joined(std::vector<std::vector<Command>> parts) {
  std::vector<Command> all;
  for (std::vector<Command>& part : parts) {
    all.insert(all.end(), std::make_move_iterator(part.begin()),
               std::make_move_iterator(part.end()));
  }
  return all;
}

}  // namespace

const CommandTable& Commands() {
  static const auto& table = *new CommandTable(
      {
          {"config", "Runtime configuration: entries of namespaces"},
          {"config namespaces", "Sets of entries"},
          {"config schema", "What values have to be like"},
          {"storage", "Objects in buckets; triad://BUCKET/NAME, anything else is a file"},
          {"transform recipes", "Recipes that the server keeps"},
          {"profile", "Servers under a name, in a file"},
      },
      Joined({EntryCommands(),       SetCommands(),           ListCommands(),
              WatchCommands(),       HistoryCommands(),       CommitCommands(),
              TransferCommands(),    SecretCommands(),        NamespaceCommands(),
              SchemaCommands(),      AuditCommands(),         StorageListCommands(),
              StorageLookCommands(), StorageCopyCommands(),   StorageSyncCommands(),
              StorageZipCommands(),  StorageRemoveCommands(), StorageBucketCommands(),
              TransformCommands(),   OperationCommands(),     RecipeCommands(),
              RecipeSaveCommands(),  RecipeRunCommands(),     ProfileCommands(),
              OwnCommands()}));
  return table;
}

}  // namespace triad::cli

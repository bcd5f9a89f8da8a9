// triadctl transform.
#pragma once

#include <vector>

#include "cli/table/command.h"

namespace triad::cli {

std::vector<Command> TransformCommands();
std::vector<Command> OperationCommands();
std::vector<Command> RecipeCommands();
std::vector<Command> RecipeSaveCommands();
std::vector<Command> RecipeRunCommands();

}  // namespace triad::cli

// Rows of the commands about triadctl itself.
#pragma once

#include <vector>

#include "cli/table/command.h"

namespace triad::cli {

std::vector<Command> ProfileCommands();
std::vector<Command> OwnCommands();  // version, help, completion

}  // namespace triad::cli

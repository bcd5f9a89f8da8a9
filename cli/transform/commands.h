// triadctl transform.
#pragma once

#include <vector>

#include "cli/table/command.h"

namespace triad::cli {

std::vector<Command> TransformCommands();
std::vector<Command> OperationCommands();

}  // namespace triad::cli

// The table of all commands. Another part of Triad's adds its rows here.
#pragma once

#include "cli/table/command.h"

namespace triad::cli {

const CommandTable& Commands();

}  // namespace triad::cli

// Rows of the commands about audit logs, one of each service that keeps one.
#pragma once

#include <vector>

#include "cli/table/command.h"

namespace triad::cli {

std::vector<Command> AuditCommands();  // config audit, storage audit

}  // namespace triad::cli

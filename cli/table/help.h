// Help, made from the table of commands.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "cli/output/style.h"
#include "cli/table/command.h"

namespace triad::cli {

// Of one command.
std::string CommandHelp(const Command& command, const Colours& colours);

// Of the commands that begin with `words`; of all without words, with the flags that all
// take and the exit codes.
std::string GroupHelp(const CommandTable& table, absl::string_view words, const Colours& colours);

// Everything, one command after the other.
std::string ManualText(const CommandTable& table, const Colours& colours);

}  // namespace triad::cli

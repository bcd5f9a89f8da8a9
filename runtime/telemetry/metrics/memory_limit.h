// How much memory this process may use before the kernel ends it.
#pragma once

#include <optional>
#include <string>

namespace triad {

// The smallest of the machine's memory and the limits of the control groups that
// the process is in, of version 2 or 1; nothing if none can be read. `root` is
// "/", or a directory that a test has made to look like it.
std::optional<double> MemoryLimitBytes(const std::string& root);

}  // namespace triad

// The C++ sources of the tree.
#pragma once

#include <string>
#include <vector>

namespace triad::contract {

// Paths of *.cc and *.h below `folders` of the directory `root`, from the root on.
std::vector<std::string> SourcesBelow(const std::string& root,
                                      const std::vector<std::string>& folders);

std::string ReadSource(const std::string& root, const std::string& path);

}  // namespace triad::contract

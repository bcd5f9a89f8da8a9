// The bytes of a file, from its beginning to its end.
#pragma once

#include <cstddef>
#include <functional>

namespace triad::config {

// Puts at most `size` bytes into `buffer` and returns how many; 0 at the end.
using ByteSource = std::function<std::size_t(char* buffer, std::size_t size)>;

}  // namespace triad::config

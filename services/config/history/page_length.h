// How much of a list goes onto one page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace triad::config {

// How many of `sizes`, each with the `bytes` of its value, make a page of at most `limit`
// items that ends once it has `page_bytes`: at least one, if there is one.
template <typename Size>
std::size_t PageLength(const std::vector<Size>& sizes, std::int64_t limit,
                       std::int64_t page_bytes) {
  std::size_t length = 0;
  std::int64_t bytes = 0;
  for (const Size& size : sizes) {
    bytes += size.bytes;
    if (static_cast<std::int64_t>(length) == limit || (length > 0 && bytes > page_bytes)) break;
    ++length;
  }
  return length;
}

}  // namespace triad::config

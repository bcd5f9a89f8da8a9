// Lists that are read with one item more than a page has, which tells whether others follow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace triad::storage {

// Cuts `items` to `limit`: whether there were more.
template <typename T>
bool CutToPage(std::vector<T>& items, std::int64_t limit) {
  if (static_cast<std::int64_t>(items.size()) <= limit) return false;
  items.resize(static_cast<std::size_t>(limit));
  return true;
}

}  // namespace triad::storage

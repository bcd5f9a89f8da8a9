// Whether the keys of an object are all different, by where they stand in a text: four bytes
// for each, and at most twice as many while there are many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace triad::gateway {

// For one thread.
class KeySet {
 public:
  // Takes the key that stands at `place`. False if an equal one is there already.
  //
  // `key_at(place)` is a view of the key at a place that was taken before, which has to be good
  // only until it is called again.
  template <typename KeyAt>
  bool Insert(std::uint32_t place, absl::string_view key, const KeyAt& key_at) {
    if (count_ < kMaxList) {
      for (std::uint32_t other : slots_) {
        if (key_at(other) == key) return false;
      }
      slots_.push_back(place);
      ++count_;
      return true;
    }
    if (4 * (count_ + 1) > 3 * slots_.size()) Grow(key_at);
    return InsertHashed(place, key, key_at);
  }

 private:
  // So many are looked through one by one.
  static constexpr std::size_t kMaxList = 8;
  static constexpr std::uint32_t kFree = UINT32_MAX;

  template <typename KeyAt>
  bool InsertHashed(std::uint32_t place, absl::string_view key, const KeyAt& key_at) {
    std::size_t mask = slots_.size() - 1;
    std::size_t at = absl::Hash<absl::string_view>()(key) & mask;
    for (; slots_[at] != kFree; at = (at + 1) & mask) {
      if (key_at(slots_[at]) == key) return false;
    }
    slots_[at] = place;
    ++count_;
    return true;
  }

  // Places the keys anew, in twice as many slots.
  template <typename KeyAt>
  void Grow(const KeyAt& key_at) {
    std::vector<std::uint32_t> old = std::move(slots_);
    slots_.assign(old.size() <= kMaxList ? 4 * kMaxList : 2 * old.size(), kFree);
    std::size_t mask = slots_.size() - 1;
    for (std::uint32_t place : old) {
      if (place == kFree) continue;
      std::size_t at = absl::Hash<absl::string_view>()(key_at(place)) & mask;
      while (slots_[at] != kFree) at = (at + 1) & mask;
      slots_[at] = place;
    }
  }

  std::size_t count_ = 0;
  // The first kMaxList as a list, more as an open hash table whose size is a power of two.
  std::vector<std::uint32_t> slots_;
};

}  // namespace triad::gateway

// From a name to a small number, by hash: what a message calls its fields, an enum its values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/strings/string_view.h"

namespace triad::messages {

// Built once, then immutable and thread-safe. The names must outlive it.
class NameIndex {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // A name that is there already keeps its number.
  void Add(absl::string_view name, std::uint32_t number);

  // The number of `name`, or kNone.
  std::uint32_t Find(absl::string_view name) const {
    if (slots_.empty()) return kNone;
    for (std::size_t at = HashOf(name) & mask_;; at = (at + 1) & mask_) {
      const Slot& slot = slots_[at];
      if (slot.number == kNone) return kNone;
      if (slot.size == name.size() && std::memcmp(slot.name, name.data(), name.size()) == 0) {
        return slot.number;
      }
    }
  }

 private:
  struct Slot {
    const char* name = nullptr;
    std::uint32_t size = 0;
    std::uint32_t number = kNone;
  };

  // The length and the ends tell most names of a schema apart.
  static std::size_t HashOf(absl::string_view name) {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::size_t part = name.size() < sizeof(first) ? name.size() : sizeof(first);
    std::memcpy(&first, name.data(), part);
    std::memcpy(&last, name.data() + name.size() - part, part);
    std::uint64_t mixed = (first ^ (last << 7) ^ (last >> 29) ^ name.size()) * 0x9E3779B97F4A7C15u;
    return static_cast<std::size_t>(mixed >> 32);
  }

  void Place(const Slot& slot);

  std::vector<Slot> slots_;  // a power of two of them, at most half of them taken
  std::size_t mask_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace triad::messages

#include "runtime/messages/name_index.h"

#include <utility>

namespace triad::messages {
namespace {

constexpr std::size_t kMinSlots = 4;

}  // namespace

void NameIndex::Add(absl::string_view name, std::uint32_t number) {
  if (Find(name) != kNone) return;
  if (2 * (taken_ + 1) > slots_.size()) {
    std::vector<Slot> old = std::move(slots_);
    slots_.assign(old.empty() ? kMinSlots : 2 * old.size(), Slot());
    mask_ = slots_.size() - 1;
    for (const Slot& slot : old) {
      if (slot.number != kNone) Place(slot);
    }
  }
  Place({name.data(), static_cast<std::uint32_t>(name.size()), number});
  ++taken_;
}

void NameIndex::Place(const Slot& slot) {
  std::size_t at = HashOf({slot.name, slot.size}) & mask_;
  while (slots_[at].number != kNone) at = (at + 1) & mask_;
  slots_[at] = slot;
}

}  // namespace triad::messages

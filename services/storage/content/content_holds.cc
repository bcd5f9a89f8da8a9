#include "services/storage/content/content_holds.h"

namespace triad::storage {

std::optional<ContentHolds::Hold> ContentHolds::TryHoldNumber(std::int64_t number) {
  MutexLock lock(mutex_);
  int& count = held_[number];
  if (count == kTaken) return std::nullopt;
  ++count;
  return Hold(this, number);
}

std::optional<ContentHolds::Hold> ContentHolds::TryTakeNumber(std::int64_t number) {
  MutexLock lock(mutex_);
  if (!held_.emplace(number, kTaken).second) return std::nullopt;
  return Hold(this, number);
}

void ContentHolds::LetGo(std::int64_t number) {
  MutexLock lock(mutex_);
  auto held = held_.find(number);
  if (held->second == kTaken || --held->second == 0) held_.erase(held);
}

}  // namespace triad::storage

#include "services/config/watch/change_ring.h"

#include <algorithm>
#include <utility>

namespace triad::config {

bool ChangeRing::Has(const EncodedChange& change) const {
  if (change.revision <= after_ || change.revision > head_) return false;
  return changes_[static_cast<std::size_t>(change.revision.value - after_.value - 1)].get() ==
         &change;
}

void ChangeRing::Push(Revision revision, EncodedChangePtr change) {
  bool follows = revision.value == head_.value + 1;
  if (!follows || change == nullptr) {
    while (!changes_.empty()) Pop();
  }
  head_ = revision;
  if (change == nullptr) {
    after_ = revision;
    return;
  }
  if (!follows) after_ = Revision{revision.value - 1};
  bytes_ += SizeOf(*change);
  changes_.push_back(std::move(change));
  while (static_cast<std::int64_t>(changes_.size()) > max_changes_ || bytes_ > max_bytes_) Pop();
}

void ChangeRing::Pop() {
  after_ = changes_.front()->revision;
  bytes_ -= SizeOf(*changes_.front());
  changes_.pop_front();
}

ChangeRing::Found ChangeRing::SkipToMatch(const WatchFilter& filter, Revision& position) const {
  auto next = std::upper_bound(
      changes_.begin(), changes_.end(), position,
      [](Revision before, const EncodedChangePtr& change) { return before < change->revision; });
  for (; next != changes_.end(); ++next) {
    if (auto message = Select(*next, filter)) {
      if ((*next)->outline) return {std::nullopt, true};
      return {std::move(message), false};
    }
    position = (*next)->revision;
  }
  return {};
}

}  // namespace triad::config

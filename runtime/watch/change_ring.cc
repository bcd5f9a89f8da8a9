#include "runtime/watch/change_ring.h"

#include <algorithm>
#include <utility>

#include "runtime/watch/coalescer.h"

namespace triad {

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

ChangeRing::Changes::const_iterator ChangeRing::FirstAfter(Revision position) const {
  return std::upper_bound(
      changes_.begin(), changes_.end(), position,
      [](Revision before, const EncodedChangePtr& change) { return before < change->revision; });
}

ChangeRing::Found ChangeRing::SkipToMatch(const WatchFilter& filter, Revision& position) const {
  for (auto next = FirstAfter(position); next != changes_.end(); ++next) {
    if (auto message = Select(*next, filter)) {
      if ((*next)->outline) return {.in_log = true};
      return {.message = std::move(message)};
    }
    position = (*next)->revision;
  }
  return {};
}

ChangeRing::Found ChangeRing::SkipToNewest(const WatchFilter& filter, Revision& position,
                                           std::int64_t max_bytes) const {
  Found first = SkipToMatch(filter, position);
  if (!first.message.has_value()) return first;
  Coalescer coalescer(filter, max_bytes);
  coalescer.Add(*first.message->change);
  bool several = false;
  for (auto next = FirstAfter(first.message->revision); next != changes_.end(); ++next) {
    if (!Select(*next, filter).has_value()) continue;
    if ((*next)->outline || !coalescer.Add(**next)) break;
    several = true;
  }
  if (!several) return first;
  return {.coalesced = coalescer.Finish()};
}

}  // namespace triad

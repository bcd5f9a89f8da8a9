#include "services/storage/content/fold.h"

#include "services/storage/model/content.h"

namespace triad::storage {
namespace {

constexpr std::int64_t kFactor = 8;
// Of what ends with a whole piece, which is never written again.
constexpr int kWhole = -1;

// Of the piece that a group ends with, once it is cut.
int ClassOf(const FoldGroup& group) {
  std::int64_t last = group.bytes % kCutBytes;
  if (last == 0) return kWhole;
  int size_class = 0;
  for (; last >= kFactor; last /= kFactor) ++size_class;
  return size_class;
}

}  // namespace

FoldPlan::FoldPlan(const std::vector<std::int64_t>& sizes, std::size_t settled) {
  groups_.reserve(sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    FoldGroup group{1, sizes[i]};
    if (i < settled) {
      groups_.push_back(group);
    } else {
      Add(group);
    }
  }
}

void FoldPlan::Add(FoldGroup group) {
  int size_class = ClassOf(group);
  std::size_t smaller = 0;  // groups right before it that are smaller
  while (smaller < groups_.size()) {
    int before = ClassOf(groups_[groups_.size() - 1 - smaller]);
    if (before == kWhole || (size_class != kWhole && before >= size_class)) break;
    ++smaller;
  }
  if (size_class == kWhole) {
    // They come to their end before a whole piece, which is not touched.
    Merge(smaller);
    groups_.push_back(group);
    return;
  }
  groups_.push_back(group);
  Merge(smaller + 1);
  for (;;) {
    std::size_t count = CountLast(ClassOf(groups_.back()));
    if (count < static_cast<std::size_t>(kFactor)) return;
    Merge(count);
  }
}

void FoldPlan::Merge(std::size_t count) {
  if (count < 2) return;
  FoldGroup merged;
  for (; count > 0; --count) {
    merged.pieces += groups_.back().pieces;
    merged.bytes += groups_.back().bytes;
    groups_.pop_back();
  }
  groups_.push_back(merged);
}

std::size_t FoldPlan::CountLast(int size_class) const {
  if (size_class == kWhole) return 0;
  std::size_t count = 0;
  while (count < groups_.size() && ClassOf(groups_[groups_.size() - 1 - count]) == size_class) {
    ++count;
  }
  return count;
}

}  // namespace triad::storage

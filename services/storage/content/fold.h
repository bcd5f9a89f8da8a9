// Keeps the lists of pieces short, however content came about.
//
// Small pieces that follow each other become one. Which, is chosen as in a log-structured
// merge tree: sizes fall into classes, each eight times as large as the one before. A piece
// takes in the smaller ones right before it; eight of one class become one of the next. So
// the classes of the pieces at the end never grow, there are fewer than eight of each, and a
// byte is written again at most once for each class and once when it arrives.
//
// Content of n bytes has at most 2 n / kCutBytes + 64 pieces then, and at most ten times as
// many bytes are written again as were added.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace triad::storage {

// Consecutive pieces: one that stays as it is, or several that are to be written anew as
// one run of bytes.
struct FoldGroup {
  std::size_t pieces = 0;
  std::int64_t bytes = 0;
};

// Plans for pieces of these sizes, of which the first `settled` were folded before.
class FoldPlan {
 public:
  // None is 0 or more than kCutBytes.
  FoldPlan(const std::vector<std::int64_t>& sizes, std::size_t settled);

  // In order, all pieces.
  const std::vector<FoldGroup>& groups() const { return groups_; }

 private:
  void Add(FoldGroup group);
  // Makes one group of the last `count`.
  void Merge(std::size_t count);
  // How many groups at the end are of this class.
  std::size_t CountLast(int size_class) const;

  std::vector<FoldGroup> groups_;
};

}  // namespace triad::storage

#include "services/storage/content/fold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "services/storage/model/content.h"

namespace triad::storage {
namespace {

// Content as its pieces' sizes, and what was written for it.
struct Content {
  std::vector<std::int64_t> sizes;
  std::int64_t added = 0;
  std::int64_t rewritten = 0;

  // Adds content of its own pieces, as an append does.
  void Append(std::int64_t bytes) {
    std::size_t settled = sizes.size();
    added += bytes;
    for (; bytes > 0; bytes -= std::min(bytes, kCutBytes)) {
      sizes.push_back(std::min(bytes, kCutBytes));
    }
    std::vector<std::int64_t> folded;
    FoldPlan plan(sizes, settled);
    for (const FoldGroup& group : plan.groups()) {
      if (group.pieces > 1) rewritten += group.bytes;
      for (std::int64_t left = group.bytes; left > 0; left -= std::min(left, kCutBytes)) {
        folded.push_back(std::min(left, kCutBytes));
      }
    }
    sizes = folded;
  }

  std::int64_t size() const {
    std::int64_t sum = 0;
    for (std::int64_t size : sizes) sum += size;
    return sum;
  }
};

void ExpectWithinBounds(const Content& content) {
  std::int64_t most = 2 * content.size() / kCutBytes + 64;
  ASSERT_LE(static_cast<std::int64_t>(content.sizes.size()), most);
  ASSERT_LE(content.rewritten, 10 * content.added);
  ASSERT_EQ(content.size(), content.added);
}

TEST(FoldPlanTest, AHundredThousandSmallAppends) {
  Content content;
  for (int i = 0; i < 100'000; ++i) {
    content.Append(100);
    ASSERT_NO_FATAL_FAILURE(ExpectWithinBounds(content));
  }
}

TEST(FoldPlanTest, AppendsOfManySizes) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    Content content;
    for (int i = 0; i < 3000; ++i) {
      // From a byte to three pieces, each order of magnitude as likely.
      int bits = static_cast<int>(random() % 26);
      content.Append(1 + static_cast<std::int64_t>(random() % (1u << bits)));
      ASSERT_NO_FATAL_FAILURE(ExpectWithinBounds(content)) << "seed " << seed;
    }
  }
}

TEST(FoldPlanTest, WhatIsWorstForMerges) {
  std::vector<std::vector<std::int64_t>> patterns = {
      {kCutBytes, 1},
      {kCutBytes, 1, 1, 1, 1, 1, 1, 1},
      {kCutBytes - 1},
      {kCutBytes / 2 + 1, 1},
      {kCutBytes - 1, 1, 1},
      {8 * 8 * 8, 1, 1, 1, 1, 1, 1, 1},
      {1, 8, 64, 512, 4096, 32768, 262144, 2097152},
      {2097152, 262144, 32768, 4096, 512, 64, 8, 1},
      {kCutBytes * 3 + 5, 7},
  };
  for (const std::vector<std::int64_t>& pattern : patterns) {
    Content content;
    for (int i = 0; i < 2000; ++i) {
      content.Append(pattern[static_cast<std::size_t>(i) % pattern.size()]);
      ASSERT_NO_FATAL_FAILURE(ExpectWithinBounds(content)) << pattern[0];
    }
  }
}

TEST(FoldPlanTest, WhatWasFoldedStaysAsItIs) {
  std::vector<std::int64_t> sizes = {kCutBytes, kCutBytes, 1 << 20, 1 << 10, 5};
  FoldPlan plan(sizes, 4);
  ASSERT_EQ(plan.groups().size(), sizes.size());
  for (const FoldGroup& group : plan.groups()) EXPECT_EQ(group.pieces, 1u);
}

TEST(FoldPlanTest, ContentThatWasWrittenInOneGoIsLeftAlone) {
  FoldPlan plan({kCutBytes, kCutBytes, 7}, 0);
  EXPECT_EQ(plan.groups().size(), 3u);
}

}  // namespace
}  // namespace triad::storage

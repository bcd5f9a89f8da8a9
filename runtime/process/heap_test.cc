#include "runtime/process/heap.h"

#include <gtest/gtest.h>
#include <malloc.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace triad {
namespace {

std::size_t ResidentMebibytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) >> 20;
}

// Too small for the allocator to give them pages of their own.
std::vector<std::string> Burst(std::size_t mebibytes) {
  return std::vector<std::string>(mebibytes * 256, std::string(4000, 'x'));
}

// By itself the allocator would keep all of the burst, since a large block was freed before.
TEST(BoundHeapsTest, AHeapKeepsLittleAtItsUpperEnd) {
  if (mallinfo2().uordblks == 0) GTEST_SKIP() << "another allocator than glibc's";
  BoundHeaps();
  std::size_t before = ResidentMebibytes();
  std::thread other_heap([] {
    std::string(30 << 20, 'x').clear();
    Burst(40);
  });
  other_heap.join();
  HeapTrim().Look();
  EXPECT_LT(ResidentMebibytes(), before + 16);
}

TEST(HeapTrimTest, GivesBackAlsoWhatIsFreedAfterALookInTheMiddleOfABurst) {
  if (mallinfo2().uordblks == 0) GTEST_SKIP() << "another allocator than glibc's";
  HeapTrim trim;
  trim.Look();
  std::size_t before = ResidentMebibytes();
  std::vector<std::string> first = Burst(64);
  std::vector<std::string> second = Burst(64);
  // So that nothing is free at the upper end, of which the allocator would take care.
  std::vector<std::string> last = Burst(1);
  first = {};
  trim.Look();
  EXPECT_LT(ResidentMebibytes(), before + 96);
  second = {};
  trim.Look();
  EXPECT_LT(ResidentMebibytes(), before + 32);
  EXPECT_EQ(last.size(), 256u);
}

}  // namespace
}  // namespace triad

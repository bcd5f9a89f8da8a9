#include "runtime/process/heap.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "absl/time/time.h"

namespace triad {
namespace {

constexpr absl::Duration kInterval = absl::Seconds(2);
// Less is not worth the page faults when it is needed again.
constexpr std::size_t kWorthIt = 8 << 20;

// Of /proc/self/statm; 0 if it cannot be read.
std::size_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// Of `resident` bytes, those that no block of any heap has.
std::size_t Unused(std::size_t resident) {
  struct mallinfo2 heaps = mallinfo2();
  return resident - std::min(resident, heaps.uordblks + heaps.hblkhd);
}

}  // namespace

void BoundHeaps() {
  constexpr int kMaxArenas = 16;
  // Buffers of messages stay below it: larger blocks have pages of their own, which are new
  // each time.
  constexpr int kLargeBlock = 4 << 20;
  constexpr int kMaxFreeAtTheEnd = 8 << 20;
  mallopt(M_MMAP_THRESHOLD, kLargeBlock);
  mallopt(M_TRIM_THRESHOLD, kMaxFreeAtTheEnd);
  if (std::getenv("MALLOC_ARENA_MAX") != nullptr) return;
  int processors = static_cast<int>(std::thread::hardware_concurrency());
  mallopt(M_ARENA_MAX, std::clamp(2 * processors, 2, kMaxArenas));
}

// The allocator counts as free also what the system has back already, so that what is free
// does not tell whether there is something to give: what the process has beyond what is in
// use does.
void HeapTrim::Look() {
  std::size_t resident = ResidentBytes();
  if (resident < resident_ + kWorthIt) return;
  if (Unused(resident) < unused_ + kWorthIt) return;
  malloc_trim(0);
  resident = ResidentBytes();
  unused_ = Unused(resident);
  resident_ = resident_ == 0 ? resident : std::min(resident_, resident);
}

HeapTrimmer::HeapTrimmer()
    : background_("heap-trimmer", kInterval, [this](const Background&) { trim_.Look(); }) {}

}  // namespace triad

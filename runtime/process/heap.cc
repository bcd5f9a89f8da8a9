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

}  // namespace

void CapArenas() {
  constexpr int kMaxArenas = 16;
  if (std::getenv("MALLOC_ARENA_MAX") != nullptr) return;
  int processors = static_cast<int>(std::thread::hardware_concurrency());
  mallopt(M_ARENA_MAX, std::clamp(2 * processors, 2, kMaxArenas));
}

HeapTrimmer::HeapTrimmer()
    : background_("heap-trimmer", kInterval, [this](const Background&) { Trim(); }) {}

// The allocator counts as free also what the system has back already, so that what is free
// does not tell whether there is something to give.
void HeapTrimmer::Trim() {
  if (ResidentBytes() < settled_ + kWorthIt || mallinfo2().fordblks < kWorthIt) return;
  malloc_trim(0);
  settled_ = ResidentBytes();
}

}  // namespace triad

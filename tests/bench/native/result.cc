#include "tests/bench/native/result.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>

namespace triad::bench {

absl::Duration ProcessorTime() {
  timespec spent{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return absl::DurationFromTimespec(spent);
}

void Print(const Result& result) {
  std::vector<absl::Duration> sorted = result.durations;
  std::sort(sorted.begin(), sorted.end());
  if (sorted.empty()) Fail("nothing was done");
  auto at = [&](std::size_t percent) {
    return absl::ToDoubleMicroseconds(sorted[(sorted.size() - 1) * percent / 100]);
  };
  nlohmann::json line = {{"requests", sorted.size()},
                         {"seconds", absl::ToDoubleSeconds(result.took)},
                         {"p50", at(50)},
                         {"p99", at(99)},
                         {"processor", absl::ToDoubleMicroseconds(result.processor)}};
  std::puts(line.dump().c_str());
}

void Fail(const std::string& reason) {
  std::fprintf(stderr, "%s\n", reason.c_str());
  std::exit(1);
}

}  // namespace triad::bench

// What a program of the bench prints: one line of JSON, which tests/bench/native.mjs reads.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace triad::bench {

struct Result {
  std::vector<absl::Duration> durations;  // of each request
  absl::Duration took;                    // all of it
  absl::Duration processor;               // spent by this process, with what the system did for it
};

// Processor time of this process so far, of all threads.
absl::Duration ProcessorTime();

void Print(const Result& result);

// Ends the program with one line on standard error.
[[noreturn]] void Fail(const std::string& reason);

}  // namespace triad::bench

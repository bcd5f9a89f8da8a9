// What glibc's allocator keeps of the memory that the process has freed.
#pragma once

#include <cstddef>

#include "runtime/base/background.h"

namespace triad {

// glibc makes up to eight heaps ("arenas") per processor and gives little of any of them
// back: a thread that once needed much keeps it from all others, and what a process
// needs could not be said. Two per processor, sixteen at most, are as fast here. Before
// there are threads; MALLOC_ARENA_MAX in the environment goes before it.
void CapArenas();

// Gives the system back, now and then and on a thread of its own, what a burst of work has
// left free in all heaps: the allocator itself does so at their upper end alone.
class HeapTrimmer {
 public:
  HeapTrimmer();

 private:
  void Trim();

  std::size_t settled_ = 0;  // what the process had after the last time
  Background background_;    // last: it uses the rest
};

}  // namespace triad

// What glibc's allocator keeps of the memory that the process has freed.
#pragma once

#include <cstddef>

#include "runtime/base/background.h"

namespace triad {

// glibc makes up to eight heaps ("arenas") per processor and gives little of any of them
// back: a thread that once needed much keeps it from all others, and what a process
// needs could not be said. Two per processor, sixteen at most, are as fast here. Nor does any
// keep more than 8 MiB free at its upper end, where nothing but freeing itself gives anything
// back: by itself glibc comes to keep twice the largest block that was ever freed. Before
// there are threads; MALLOC_ARENA_MAX in the environment goes before it.
void BoundHeaps();

// Gives the system back what a burst of work has left free in all heaps: the allocator itself
// does so at their upper end alone. Not thread-safe.
class HeapTrim {
 public:
  // Looks whether there is enough to give, which may be so once the burst is over, and also
  // when it has come to half of it.
  void Look();

 private:
  // After the last time that something was given back: what the process had, the least of all
  // times, and how much of it was not in use.
  std::size_t resident_ = 0;
  std::size_t unused_ = 0;
};

// Looks now and then, on a thread of its own.
class HeapTrimmer {
 public:
  HeapTrimmer();

 private:
  HeapTrim trim_;
  Background background_;  // last: it uses the rest
};

}  // namespace triad

// The threads for what operations cannot stop.
#pragma once

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "runtime/io/executor.h"

namespace triad::transform {

// There are few, so that processors are left for what is quick. Who waits for one of them holds a
// thread that serves calls, so few may wait, too: of four and more of those, half are always free
// of both. Thread-safe.
class ApartThreads {
 public:
  // `callers`: the threads that serve calls.
  explicit ApartThreads(std::size_t callers);

  // As RunApart says. `work` throws nothing.
  absl::Status Run(absl::FunctionRef<void()> work);

 private:
  Executor threads_;
};

}  // namespace triad::transform

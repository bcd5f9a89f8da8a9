#include "services/transform/apart_threads.h"

#include <algorithm>
#include <thread>

#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "runtime/base/status.h"

namespace triad::transform {
namespace {

ExecutorOptions OptionsFor(std::size_t callers) {
  std::size_t quarter = std::max<std::size_t>(1, callers / 4);
  std::size_t processors = std::thread::hardware_concurrency();
  return {.name = "apart",
          .threads = std::clamp<std::size_t>(processors / 2, 1, quarter),
          .queue = quarter};
}

}  // namespace

ApartThreads::ApartThreads(std::size_t callers) : threads_(OptionsFor(callers)) {}

absl::Status ApartThreads::Run(absl::FunctionRef<void()> work) {
  Mutex mutex;
  CondVar ran;
  bool done = false;
  absl::Status taken = threads_.Submit([&] {
    work();
    MutexLock lock(mutex);
    done = true;
    ran.NotifyOne();
  });
  if (!taken.ok()) {
    return WithRetryDelay(
        absl::ResourceExhaustedError(
            absl::StrCat("it cannot be stopped once it runs, as derivations of keys cannot, and ",
                         threads_.queue_limit(), " such operations wait already: try again later")),
        absl::Seconds(1));
  }
  MutexLock lock(mutex);
  while (!done) ran.Wait(mutex);
  return absl::OkStatus();
}

}  // namespace triad::transform

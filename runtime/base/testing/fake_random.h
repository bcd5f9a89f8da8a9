// Randomness that tests choose.
#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <string>

#include "runtime/base/mutex.h"
#include "runtime/base/random.h"

namespace triad {

// Gives what was pushed, in order; after that, the same pseudo-random bytes for
// the same seed. Thread-safe.
class FakeRandom final : public Random {
 public:
  explicit FakeRandom(std::uint64_t seed = 1);

  // The next Bytes call returns `bytes`, cut or filled up with zeros to the
  // length that is asked for.
  void Push(std::string bytes);
  // The next Uniform(bound) with bound > `number` returns `number`.
  void PushNumber(std::uint64_t number);

  std::string Bytes(std::size_t count) override;

 private:
  Mutex mutex_;
  std::deque<std::string> script_ ABSL_GUARDED_BY(mutex_);
  std::mt19937_64 generator_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad

// Randomness, injected so that tests can choose it, and identifiers made of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace triad {

// Thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  // `count` bytes, unpredictable: fit for keys and nonces.
  virtual std::string Bytes(std::size_t count) = 0;

  // Uniform in [0, bound); `bound` > 0. Built on Bytes without modulo bias.
  std::uint64_t Uniform(std::uint64_t bound);

  // The operating system's generator. Lives as long as the process.
  static Random& System();
};

// `bytes` random bytes in lower-case hex, never all zero. 16 bytes are enough
// that two ids never meet.
std::string RandomId(Random& random, std::size_t bytes = 16);

}  // namespace triad

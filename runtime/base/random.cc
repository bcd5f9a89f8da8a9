#include "runtime/base/random.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "absl/strings/escaping.h"

namespace triad {
namespace {

void Fill(void* bytes, std::size_t count) {
  if (RAND_bytes(static_cast<unsigned char*>(bytes), static_cast<int>(count)) == 1) return;
  // Nothing sensible can be done without randomness, and carrying on would
  // make predictable keys.
  std::fputs("the operating system gives no random bytes\n", stderr);
  std::abort();
}

// Bytes drawn in advance: ids are made for every request, and a draw costs far
// more than the few bytes it is for. What was handed out is wiped.
class Pool {
 public:
  void Take(char* bytes, std::size_t count) {
    if (bytes_.size() - used_ < count) {
      Fill(bytes_.data(), bytes_.size());
      used_ = 0;
    }
    std::memcpy(bytes, bytes_.data() + used_, count);
    OPENSSL_cleanse(bytes_.data() + used_, count);
    used_ += count;
  }

  static constexpr std::size_t kMax = 64;

 private:
  std::array<unsigned char, 1024> bytes_;
  std::size_t used_ = sizeof(bytes_);
};

class SystemRandom final : public Random {
 public:
  std::string Bytes(std::size_t count) override {
    std::string bytes(count, '\0');
    if (count <= Pool::kMax) {
      thread_local Pool pool;
      pool.Take(bytes.data(), count);
    } else {
      Fill(bytes.data(), count);
    }
    return bytes;
  }
};

}  // namespace

std::uint64_t Random::Uniform(std::uint64_t bound) {
  // Draws at or above the largest multiple of `bound` would favour low results.
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t excess = (kMax % bound + 1) % bound;
  for (;;) {
    std::uint64_t draw = 0;
    std::memcpy(&draw, Bytes(sizeof(draw)).data(), sizeof(draw));
    if (draw <= kMax - excess) return draw % bound;
  }
}

Random& Random::System() {
  static auto* const random = new SystemRandom();  // never destroyed, as Clock::System
  return *random;
}

std::string RandomId(Random& random, std::size_t bytes) {
  for (;;) {
    std::string drawn = random.Bytes(bytes);
    if (drawn.find_first_not_of('\0') != std::string::npos) return absl::BytesToHexString(drawn);
  }
}

}  // namespace triad

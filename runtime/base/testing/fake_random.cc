#include "runtime/base/testing/fake_random.h"

#include <utility>

namespace triad {

FakeRandom::FakeRandom(std::uint64_t seed) : generator_(seed) {}

void FakeRandom::Push(std::string bytes) {
  MutexLock lock(mutex_);
  script_.push_back(std::move(bytes));
}

void FakeRandom::PushNumber(std::uint64_t number) {
  Push(std::string(reinterpret_cast<const char*>(&number), sizeof(number)));
}

std::string FakeRandom::Bytes(std::size_t count) {
  MutexLock lock(mutex_);
  std::string bytes;
  if (!script_.empty()) {
    bytes = std::move(script_.front());
    script_.pop_front();
    bytes.resize(count);
    return bytes;
  }
  while (bytes.size() < count) bytes.push_back(static_cast<char>(generator_()));
  return bytes;
}

}  // namespace triad

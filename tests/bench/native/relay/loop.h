// What waits for sockets, on one thread.
#pragma once

#include <cstdint>
#include <functional>

#include "runtime/io/posix.h"

namespace triad::bench {

// Told that there is something to read or room to write: once, until it has found that there is no
// more. Lives until the loop's round is over.
class Pollable {
 public:
  virtual ~Pollable() = default;
  virtual void OnReady(std::uint32_t events) = 0;
};

class Loop {
 public:
  Loop();

  void Add(int socket, Pollable& pollable);
  // Never returns. `after_round` is called when all that were ready have been told.
  [[noreturn]] void Run(const std::function<void()>& after_round);

 private:
  const Descriptor epoll_;
};

}  // namespace triad::bench

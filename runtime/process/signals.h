// SIGTERM, SIGINT and SIGHUP, waited for instead of handled.
#pragma once

#include <functional>

namespace triad {

// Made first in main, before any thread: threads inherit the blocked signals,
// so that only Wait sees them. Also ignores SIGPIPE, which would end a server
// whose client has left.
class TerminationSignal {
 public:
  TerminationSignal();
  TerminationSignal(const TerminationSignal&) = delete;
  TerminationSignal& operator=(const TerminationSignal&) = delete;

  // Returns the signal that asked the process to end. A further one ends it at
  // once, with the exit code that shells use (130 for SIGINT, 143 for SIGTERM):
  // whoever sends it does not want to wait for the drain. SIGHUP runs `reload`
  // instead; it is one of the signals that end the process where that is null. Call from the
  // thread that made this, once.
  int Wait(const std::function<void()>& reload = nullptr);
};

}  // namespace triad

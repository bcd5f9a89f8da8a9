#include "runtime/process/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace triad {
namespace {

sigset_t AwaitedSet() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

void ExitAtOnce(int signal) { _exit(128 + signal); }

}  // namespace

TerminationSignal::TerminationSignal() {
  sigset_t set = AwaitedSet();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

int TerminationSignal::Wait(const std::function<void()>& reload) {
  sigset_t set = AwaitedSet();
  int received = 0;
  while (true) {
    if (sigwait(&set, &received) != 0) continue;
    if (received != SIGHUP || reload == nullptr) break;
    reload();
  }
  signal(SIGTERM, ExitAtOnce);
  signal(SIGINT, ExitAtOnce);
  signal(SIGHUP, ExitAtOnce);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  return received;
}

}  // namespace triad

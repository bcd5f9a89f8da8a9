#include "runtime/process/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

namespace triad {
namespace {

sigset_t TerminationSet() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

void ExitAtOnce(int signal) { _exit(128 + signal); }

}  // namespace

TerminationSignal::TerminationSignal() {
  sigset_t set = TerminationSet();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

int TerminationSignal::Wait() {
  sigset_t set = TerminationSet();
  int received = 0;
  while (sigwait(&set, &received) != 0) continue;
  signal(SIGTERM, ExitAtOnce);
  signal(SIGINT, ExitAtOnce);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  return received;
}

}  // namespace triad

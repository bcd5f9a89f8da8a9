#include "runtime/base/background.h"

#include <pthread.h>

#include <utility>

#include "runtime/base/elapsed.h"

namespace triad {

Background::Background(const char* name, absl::Duration interval, Work work)
    : interval_(interval), work_(std::move(work)), thread_([this] { Run(); }) {
  pthread_setname_np(thread_.native_handle(), name);
}

Background::~Background() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyAll();
  thread_.join();
}

void Background::Wake() {
  {
    MutexLock lock(mutex_);
    if (std::exchange(woken_, true)) return;
  }
  changed_.NotifyAll();
}

bool Background::stopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

void Background::Run() {
  do work_(*this);
  while (Wait());
}

bool Background::Wait() {
  Countdown interval(interval_);
  MutexLock lock(mutex_);
  while (!stopping_ && !woken_ && !interval.over()) changed_.WaitFor(mutex_, interval.left());
  woken_ = false;
  return !stopping_;
}

}  // namespace triad

#include "runtime/database/testing/writer_gate.h"

namespace triad::db {

WriterGate::WriterGate(Database& database)
    : blocker_([this, &database] {
        status_ = database.Write([this](Session&) {
          MutexLock lock(mutex_);
          entered_ = true;
          changed_.NotifyAll();
          while (!open_) changed_.Wait(mutex_);
          return absl::OkStatus();
        });
      }) {
  MutexLock lock(mutex_);
  while (!entered_) changed_.Wait(mutex_);
}

WriterGate::~WriterGate() {
  if (blocker_.joinable()) Open().IgnoreError();
}

absl::Status WriterGate::Open() {
  {
    MutexLock lock(mutex_);
    open_ = true;
  }
  changed_.NotifyAll();
  blocker_.join();
  return status_;
}

}  // namespace triad::db

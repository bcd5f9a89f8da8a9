// Holds a database's writer, so that writes that come meanwhile share a commit.
#pragma once

#include <thread>

#include "absl/status/status.h"
#include "runtime/base/mutex.h"
#include "runtime/database/database.h"

namespace triad::db {

class WriterGate {
 public:
  // Returns once a write of its own has begun and waits.
  explicit WriterGate(Database& database);
  // Opens if that has not been done.
  ~WriterGate();
  WriterGate(const WriterGate&) = delete;
  WriterGate& operator=(const WriterGate&) = delete;

  // Lets the writer go on; the result of the write that waited.
  absl::Status Open();

 private:
  Mutex mutex_;
  CondVar changed_;
  bool entered_ ABSL_GUARDED_BY(mutex_) = false;
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_;
  std::thread blocker_;  // last: it uses the rest
};

}  // namespace triad::db

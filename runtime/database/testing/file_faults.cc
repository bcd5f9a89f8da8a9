#include "runtime/database/testing/file_faults.h"

#include <pthread.h>
#include <sqlite3.h>

#include <utility>

#include "runtime/base/mutex.h"

namespace triad::db {
namespace {

// What SQLite opens files with by itself, and what stands in its place.
sqlite3_vfs* files = nullptr;
sqlite3_vfs watched_files;

Mutex mutex;
bool fails ABSL_GUARDED_BY(mutex) = false;
std::function<void()>& SyncWait() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
  static std::function<void()>& wait = *new std::function<void()>;
  return wait;
}

std::function<void()>& BarrierCall() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
  static std::function<void()>& call = *new std::function<void()>;
  return call;
}

const sqlite3_io_methods* methods ABSL_GUARDED_BY(mutex) = nullptr;
sqlite3_io_methods watched_methods ABSL_GUARDED_BY(mutex);

std::set<std::string>& Writers() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
  static std::set<std::string>& names = *new std::set<std::string>;
  return names;
}

int Write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  char name[16] = "";
  pthread_getname_np(pthread_self(), name, sizeof(name));
  const sqlite3_io_methods* plain = nullptr;
  {
    MutexLock lock(mutex);
    Writers().insert(name);
    if (fails) return SQLITE_FULL;
    plain = methods;
  }
  return plain->xWrite(file, bytes, count, offset);
}

int Sync(sqlite3_file* file, int flags) {
  const sqlite3_io_methods* plain = nullptr;
  std::function<void()> wait;
  {
    MutexLock lock(mutex);
    plain = methods;
    wait = SyncWait();
  }
  if (wait) wait();
  return plain->xSync(file, flags);
}

void Barrier(sqlite3_file* file) {
  const sqlite3_io_methods* plain = nullptr;
  std::function<void()> call;
  {
    MutexLock lock(mutex);
    plain = methods;
    call = BarrierCall();
  }
  plain->xShmBarrier(file);
  if (call) call();
}

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* opened) {
  int code = files->xOpen(files, name, file, flags, opened);
  if (code != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return code;
  MutexLock lock(mutex);
  methods = file->pMethods;
  watched_methods = *methods;
  watched_methods.xWrite = Write;
  watched_methods.xSync = Sync;
  watched_methods.xShmBarrier = Barrier;
  file->pMethods = &watched_methods;
  return code;
}

}  // namespace

FileFaults::FileFaults() {
  {
    MutexLock lock(mutex);
    fails = false;
    SyncWait() = nullptr;
    BarrierCall() = nullptr;
    Writers().clear();
  }
  files = sqlite3_vfs_find(nullptr);
  watched_files = *files;
  watched_files.zName = "watched";
  watched_files.xOpen = Open;
  sqlite3_vfs_register(&watched_files, 1);
}

FileFaults::~FileFaults() {
  sqlite3_vfs_unregister(&watched_files);
  sqlite3_vfs_register(files, 1);
}

void FileFaults::FailWrites(bool fail) {
  MutexLock lock(mutex);
  fails = fail;
}

void FileFaults::BeforeSync(std::function<void()> wait) {
  MutexLock lock(mutex);
  SyncWait() = std::move(wait);
}

void FileFaults::AtBarrier(std::function<void()> call) {
  MutexLock lock(mutex);
  BarrierCall() = std::move(call);
}

std::set<std::string> FileFaults::writers() const {
  MutexLock lock(mutex);
  return Writers();
}

}  // namespace triad::db

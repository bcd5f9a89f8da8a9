// Watches who writes to the files of databases, and makes it fail.
#pragma once

#include <functional>
#include <set>
#include <string>

namespace triad::db {

// Of the databases of SQLite that are opened while it is there, and closed before it goes: of
// their own files, not their logs. One at a time.
class FileFaults {
 public:
  FileFaults();
  ~FileFaults();
  FileFaults(const FileFaults&) = delete;
  FileFaults& operator=(const FileFaults&) = delete;

  // Whether writes fail from now on, as on a full disk.
  void FailWrites(bool fail);
  // What each sync waits for, from now on.
  void BeforeSync(std::function<void()> wait);
  // What is called, from now on, when a commit is half in the index of the log; and at other
  // times.
  void AtBarrier(std::function<void()> call);
  // Names of the threads that have written.
  std::set<std::string> writers() const;
};

}  // namespace triad::db

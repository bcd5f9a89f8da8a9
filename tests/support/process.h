// A child process of a test: started with its log in a file, never left behind.
//
// Failures throw std::runtime_error with the tail of the log, which GoogleTest
// reports as a failure of the test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "runtime/base/testing/eventually.h"

namespace triad::testing {

using Milliseconds = std::chrono::milliseconds;

// Long enough for a loaded machine; nothing waits this long when all is well.
inline constexpr Milliseconds kPatience{60'000};

using triad::Eventually;

struct ChildProcessOptions {
  std::string program;  // path
  std::vector<std::string> arguments;
  std::vector<std::string> environment;  // "NAME=value", added to ours
  std::string log;                       // file that takes stdout and stderr
};

// Not thread-safe, but for Signal. The destructor kills (SIGKILL) and reaps
// what still runs; so does the end of the test's own process.
class ChildProcess {
 public:
  explicit ChildProcess(ChildProcessOptions options);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal);
  bool Running();
  // Waits for the end. Returns the exit code, or 128 + the signal's number.
  int Wait(Milliseconds patience = kPatience);
  // SIGTERM, then Wait.
  int Stop();
  // SIGKILL, then Wait.
  void Kill();

  // What it wrote so far.
  std::string Log() const;
  // Waits until a line of the log contains `text`, and returns the line. Throws
  // if the process ends first.
  std::string WaitForLine(const std::string& text);

 private:
  bool Reap(int flags);

  ChildProcessOptions options_;
  pid_t pid_ = -1;
  int exit_code_ = -1;
  bool ended_ = false;
};

// A directory that goes away with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Whole content of a file; empty if there is none.
std::string ReadWholeFile(const std::string& path);

// A line of /proc/PID/status in bytes ("VmHWM", "VmRSS").
std::size_t ProcessMemoryBytes(pid_t pid, const std::string& line);

}  // namespace triad::testing

#include "tests/support/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace triad::testing {
namespace {

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::string Tail(const std::string& text) {
  constexpr std::size_t kTail = 3000;
  return text.size() <= kTail ? text : text.substr(text.size() - kTail);
}

// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void ExecuteChild(int log, const char* program, char* const* arguments,
                               char* const* environment) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execve(program, arguments, environment);
  _exit(127);
}

}  // namespace

ChildProcess::ChildProcess(ChildProcessOptions options) : options_(std::move(options)) {
  std::vector<std::string> arguments = {options_.program};
  arguments.insert(arguments.end(), options_.arguments.begin(), options_.arguments.end());
  std::vector<std::string> environment = options_.environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  std::vector<char*> argument_pointers = Pointers(arguments);
  std::vector<char*> environment_pointers = Pointers(environment);

  int log = open(options_.log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) throw std::runtime_error("cannot open " + options_.log + ": " + strerror(errno));
  pid_ = fork();
  if (pid_ == 0) {
    ExecuteChild(log, options_.program.c_str(), argument_pointers.data(),
                 environment_pointers.data());
  }
  close(log);
  if (pid_ < 0) throw std::runtime_error(std::string("cannot fork: ") + strerror(errno));
}

ChildProcess::~ChildProcess() {
  if (Running()) Kill();
}

void ChildProcess::Signal(int signal) { kill(pid_, signal); }

bool ChildProcess::Reap(int flags) {
  if (ended_) return true;
  int status = 0;
  pid_t reaped;
  do {
    reaped = waitpid(pid_, &status, flags);
  } while (reaped < 0 && errno == EINTR);
  if (reaped != pid_) return false;
  ended_ = true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return true;
}

bool ChildProcess::Running() { return !Reap(WNOHANG); }

int ChildProcess::Wait(Milliseconds patience) {
  if (!Eventually([this] { return !Running(); }, absl::FromChrono(patience))) {
    throw std::runtime_error(options_.program + " did not end: " + Tail(Log()));
  }
  return exit_code_;
}

int ChildProcess::Stop() {
  Signal(SIGTERM);
  return Wait();
}

void ChildProcess::Kill() {
  Signal(SIGKILL);
  Reap(0);
}

std::string ChildProcess::Log() const { return ReadWholeFile(options_.log); }

std::string ChildProcess::WaitForLine(const std::string& text) {
  std::string found;
  auto look = [&] {
    std::istringstream lines(Log());
    for (std::string line; std::getline(lines, line);) {
      if (line.find(text) != std::string::npos) found = line;
    }
    return !found.empty();
  };
  bool done = Eventually([&] { return look() || !Running(); });
  if (!done || (found.empty() && !look())) {
    throw std::runtime_error(options_.program + " never wrote '" + text + "': " + Tail(Log()));
  }
  return found;
}

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "triad-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw std::runtime_error("cannot make " + pattern + ": " + strerror(errno));
  }
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ReadWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return std::move(content).str();
}

std::size_t ProcessMemoryBytes(pid_t pid, const std::string& line) {
  std::istringstream status(ReadWholeFile("/proc/" + std::to_string(pid) + "/status"));
  for (std::string row; std::getline(status, row);) {
    if (row.rfind(line + ":", 0) == 0) return std::stoull(row.substr(line.size() + 1)) * 1024;
  }
  throw std::runtime_error("no " + line + " for process " + std::to_string(pid));
}

}  // namespace triad::testing

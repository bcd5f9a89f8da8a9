#include "runtime/export/signal_crash.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "runtime/base/version.h"
#include "runtime/export/crash_record.h"
#include "runtime/export/sentry/reporter.h"
#include "runtime/telemetry/logs/log.h"

// By the linker: where the executable and its code begin and end.
extern "C" const char __executable_start;
extern "C" const char etext;

namespace triad::reporting {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(2);
constexpr int kMaxFrames = 48;
constexpr std::size_t kMaxRecord = 4096;

struct Signal {
  int number;
  const char* name;
};
constexpr Signal kSignals[] = {{SIGSEGV, "SIGSEGV"},
                               {SIGABRT, "SIGABRT"},
                               {SIGBUS, "SIGBUS"},
                               {SIGFPE, "SIGFPE"},
                               {SIGILL, "SIGILL"}};

std::string NameOf(int number) {
  for (const Signal& signal : kSignals) {
    if (signal.number == number) return signal.name;
  }
  return absl::StrCat("signal ", number);
}

// What the handler uses: made before it is installed, as it cannot allocate.
struct Kept {
  int file = -1;
  std::array<char, 128> release = {};
  std::array<void*, kMaxFrames> frames = {};
  CrashText text;
  std::array<char, 64 * 1024> stack;
};
Kept kept;
// Of the threads that crash together the first one writes.
std::atomic_flag writing = ATOMIC_FLAG_INIT;

void AddFrames() {
  auto first = reinterpret_cast<std::uintptr_t>(&__executable_start);
  auto last = reinterpret_cast<std::uintptr_t>(&etext);
  int count = backtrace(kept.frames.data(), kMaxFrames);
  for (int i = 0; i < count; ++i) {
    auto address = reinterpret_cast<std::uintptr_t>(kept.frames[i]);
    bool ours = address >= first && address < last;
    kept.text.AddFrame(ours ? "+" : "", ours ? address - first : address);
  }
}

void Handle(int signal, siginfo_t* info, void*) {
  if (!writing.test_and_set()) {
    // Of a signal that somebody sent, that is where the sender's id is.
    auto address = info->si_code > 0 ? reinterpret_cast<std::uintptr_t>(info->si_addr) : 0;
    kept.text.Begin(signal, address, time(nullptr), kept.release.data());
    AddFrames();
    kept.text.End();
    // There is nobody to tell of a disk that is full.
    ssize_t written = pwrite(kept.file, kept.text.data(), kept.text.size(), 0);
    static_cast<void>(written);
    log::FlushAtCrash();
  }
  // SA_RESETHAND has put back what there was. Whoever was sent the signal gets it
  // again; a faulty instruction would also fault again.
  raise(signal);
}

absl::Status OpenFailed(const std::string& path) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot keep crashes in ", path, ": ", std::strerror(errno)));
}

void Tell(const CrashRecord& record, error_reports::Reporter* reporter) {
  std::string signal = NameOf(record.signal);
  std::string at = absl::FormatTime(absl::RFC3339_sec, record.at, absl::UTCTimeZone());
  std::string address = absl::StrCat("0x", absl::Hex(record.address));
  std::string frames = absl::StrJoin(record.frames, " ");
  // A warning, as an error would be a second report.
  log::Warning("an earlier process was ended by a signal", {{"signal", signal},
                                                            {"at", at},
                                                            {"address", address},
                                                            {"release", record.release},
                                                            {"backtrace", frames}});
  if (reporter == nullptr) return;
  ErrorReport report;
  report.fatal = true;
  report.kind = signal;
  report.message = absl::StrCat("an earlier process was ended by ", signal, " at ", at);
  report.fields = {
      {"address", address}, {"crashed_release", record.release}, {"backtrace", frames}};
  reporter->Report(std::move(report));
  // A process that crashes whenever it starts would never come to send it.
  reporter->WaitUntilSent(kPatience);
}

void TellOf(const std::string& path, error_reports::Reporter* reporter) {
  std::string text(kMaxRecord, '\0');
  ssize_t size = pread(kept.file, text.data(), text.size(), 0);
  if (size <= 0) return;
  text.resize(static_cast<std::size_t>(size));
  absl::StatusOr<CrashRecord> record = ParseCrashRecord(text);
  if (record.ok()) return Tell(*record, reporter);
  log::Warning("what an earlier process left is ignored",
               {{"file", path}, {"error", record.status().message()}});
}

void Install() {
  const BuildInfo& build = GetBuildInfo();
  absl::StrCat(build.version, "+", build.commit).copy(kept.release.data(), kept.release.size() - 1);
  // Its first call loads what it needs.
  backtrace(kept.frames.data(), kMaxFrames);
  stack_t stack = {};
  stack.ss_sp = kept.stack.data();
  stack.ss_size = kept.stack.size();
  sigaltstack(&stack, nullptr);
  for (const Signal& signal : kSignals) {
    struct sigaction before = {};
    sigaction(signal.number, nullptr, &before);
    if (before.sa_handler != SIG_DFL) continue;
    struct sigaction action = {};
    action.sa_sigaction = Handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESETHAND;
    sigaction(signal.number, &action, nullptr);
  }
}

}  // namespace

absl::Status KeepCrashesIn(const std::string& path, error_reports::Reporter* reporter) {
  kept.file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (kept.file < 0) return OpenFailed(path);
  TellOf(path, reporter);
  if (ftruncate(kept.file, 0) != 0) return OpenFailed(path);
  Install();
  return absl::OkStatus();
}

void CrashIsReported() { writing.test_and_set(); }

}  // namespace triad::reporting

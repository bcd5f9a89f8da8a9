// The last words of a process that a signal ends, which nothing that reports errors
// could say safely at that moment: they are told by the next process.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace triad::error_reports {
class Reporter;
}

namespace triad::reporting {

// Tells what an earlier process left in the file at `path`: as a log line, and as a
// fatal report to `reporter`, if that is not null. It is gone from the file once the
// reporter has sent it or given up, or two seconds have passed. What is not whole is
// ignored, with a log line.
//
// From then on, a process that SIGSEGV, SIGABRT, SIGBUS, SIGFPE or SIGILL ends writes
// to the file what it was and where. It ends as it would have, with the same exit
// status and core. A signal that somebody else handles, such as a sanitizer, stays
// theirs. A stack that overflows is recorded of the calling thread alone, as only
// that has another stack for it.
//
// Once per process, at start. An error names the file that cannot be opened.
absl::Status KeepCrashesIn(const std::string& path, error_reports::Reporter* reporter);

// From now on SIGABRT is not kept: what it is about has been reported already.
void CrashIsReported();

}  // namespace triad::reporting

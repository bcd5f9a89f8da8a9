// The last words of a process that ends by an exception nobody caught.
#pragma once

#include "runtime/export/sentry/reporter.h"

namespace triad::reporting {

// From now on std::terminate first reports what it was and sends it, for two
// seconds at most; nullptr ends that. A crash by a signal (SIGSEGV) is told of by the
// next process: signal_crash.h.
void ReportCrashesTo(error_reports::Reporter* reporter);

}  // namespace triad::reporting

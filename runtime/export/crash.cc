#include "runtime/export/crash.h"

#include <cxxabi.h>

#include <atomic>
#include <boost/core/demangle.hpp>
#include <cstdlib>
#include <exception>
#include <string>
#include <typeinfo>

#include "absl/time/time.h"
#include "runtime/export/signal_crash.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/traces/request_context.h"

namespace triad::reporting {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(2);

std::atomic<error_reports::Reporter*> reporter{nullptr};
std::terminate_handler before = nullptr;

std::string MessageOf(const std::exception_ptr& exception) {
  if (exception == nullptr) return "called without an exception";
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "not a std::exception";
  }
}

[[noreturn]] void Terminate() {
  // A second failure, also one in here, must not come back.
  error_reports::Reporter* to = reporter.exchange(nullptr);
  if (to != nullptr) {
    ErrorReport report;
    report.fatal = true;
    const std::type_info* type = abi::__cxa_current_exception_type();
    report.kind = type != nullptr ? boost::core::demangle(type->name()) : "std::terminate";
    report.message = MessageOf(std::current_exception());
    if (const RequestContext* request = CurrentRequest()) {
      report.request_id = std::string(request->request_id());
      report.trace_id = request->trace().trace_id;
      report.span_id = request->trace().span_id;
    }
    to->Report(std::move(report));
    to->Flush(kPatience);
    log::Flush();
    CrashIsReported();
  }
  if (before != nullptr) before();
  std::abort();
}

}  // namespace

void ReportCrashesTo(error_reports::Reporter* to) {
  reporter = to;
  if (to != nullptr) {
    before = std::set_terminate(Terminate);
  } else if (before != nullptr) {
    std::set_terminate(before);
  }
}

}  // namespace triad::reporting

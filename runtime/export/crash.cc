#include "runtime/export/crash.h"

#include <cxxabi.h>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <typeinfo>

#include "absl/time/time.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/traces/request_context.h"

namespace triad::reporting {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(2);

std::atomic<error_reports::Reporter*> reporter{nullptr};
std::terminate_handler before = nullptr;

std::string TypeName(const std::type_info* type) {
  if (type == nullptr) return "std::terminate";
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(type->name(), nullptr, nullptr, nullptr), std::free);
  return name != nullptr ? name.get() : type->name();
}

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
    report.kind = TypeName(abi::__cxa_current_exception_type());
    report.message = MessageOf(std::current_exception());
    if (const RequestContext* request = CurrentRequest()) {
      report.request_id = std::string(request->request_id());
      report.trace_id = request->trace().trace_id;
      report.span_id = request->trace().span_id;
    }
    to->Report(std::move(report));
    to->Flush(kPatience);
    log::Flush();
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

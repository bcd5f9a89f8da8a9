#include "runtime/rpc/admission/guard.h"

#include <exception>

#include "runtime/telemetry/logs/log.h"

namespace triad::rpc {
namespace {

absl::Status Caught(absl::string_view what, absl::string_view why) {
  log::Error("exception in a handler", {{"in", what}, {"error", why}});
  return absl::InternalError("internal error; the server's log says more");
}

}  // namespace

absl::Status Guarded(absl::string_view what, absl::FunctionRef<absl::Status()> code) {
  try {
    return code();
  } catch (const std::exception& error) {
    return Caught(what, error.what());
  } catch (...) {
    return Caught(what, "not a std::exception");
  }
}

}  // namespace triad::rpc

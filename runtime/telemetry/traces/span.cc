#include "runtime/telemetry/traces/span.h"

#include "runtime/base/random.h"

namespace triad {

const Tracer& Tracer::Off() {
  static const auto* const off = new Tracer(Random::System(), Clock::System(), 1, nullptr);
  return *off;
}

std::vector<Span::Attribute> RpcAttributes(absl::string_view full_name, absl::StatusCode code) {
  std::size_t slash = full_name.find('/');
  return {{"rpc.system", std::string("grpc")},
          {"rpc.service", std::string(full_name.substr(0, slash))},
          {"rpc.method", std::string(full_name.substr(slash + 1))},
          {"rpc.grpc.status_code", static_cast<std::int64_t>(code)}};
}

}  // namespace triad

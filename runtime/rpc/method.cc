#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include "absl/strings/str_cat.h"
#include "runtime/rpc/call_context.h"
#include "runtime/telemetry/metrics.h"

namespace triad::rpc {

using google::protobuf::MethodDescriptor;
using google::protobuf::MethodOptions;

Method::Method(const MethodDescriptor& descriptor, Metrics& metrics)
    : service_(descriptor.service()->full_name()),
      name_(descriptor.name()),
      full_name_(absl::StrCat(service_, "/", name_)),
      needs_token_(descriptor.options().idempotency_level() != MethodOptions::NO_SIDE_EFFECTS),
      metrics_(metrics),
      latency_(metrics.LatencySeconds("triad_rpc_server_latency_seconds",
                                      "Time from the first byte of a call to its status.",
                                      {{"service", service_}, {"method", name_}})),
      in_flight_(metrics.Gauge("triad_rpc_server_in_flight", "Calls that run now.",
                               {{"service", service_}, {"method", name_}})) {}

void Method::Began() const { in_flight_.Increment(); }

void Method::Ended(absl::StatusCode code, std::chrono::nanoseconds took) const {
  in_flight_.Decrement();
  latency_.Observe(std::chrono::duration<double>(took).count());
  CallsWith(code).Increment();
}

prometheus::Counter& Method::CallsWith(absl::StatusCode code) const {
  std::atomic<prometheus::Counter*>& slot = calls_[static_cast<std::size_t>(code)];
  prometheus::Counter* counter = slot.load(std::memory_order_acquire);
  if (counter == nullptr) {
    // Two threads may get here; both are given the same counter.
    counter = &metrics_.Counter(
        "triad_rpc_server_calls_total", "Calls that have ended, by code.",
        {{"service", service_}, {"method", name_}, {"code", absl::StatusCodeToString(code)}});
    slot.store(counter, std::memory_order_release);
  }
  return *counter;
}

}  // namespace triad::rpc

#include "runtime/rpc/admission/admission.h"

#include <utility>

#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/io/executor.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "runtime/telemetry/traces/trace.h"

namespace triad::rpc {
namespace {

AdmissionOptions Completed(AdmissionOptions options) {
  if (options.clock == nullptr) options.clock = &Clock::System();
  if (options.random == nullptr) options.random = &Random::System();
  if (options.tracer == nullptr) options.tracer = &Tracer::Off();
  return options;
}

}  // namespace

Admission::Admission(AdmissionOptions options)
    : options_(Completed(std::move(options))),
      tokens_(options_.auth_token),
      refused_(options_.metrics->Counter("triad_executor_refused_total",
                                         "Calls refused because too many tasks wait.")) {
  Executor* executor = options_.executor;
  options_.metrics
      ->Gauge("triad_executor_queue_limit", "Tasks that may wait before calls are refused.")
      .Set(static_cast<double>(executor->queue_limit()));
  options_.metrics->GaugeFunction("triad_executor_queue", "Tasks that wait for a thread.", {},
                                  [executor] { return static_cast<double>(executor->queued()); });
}

void Admission::BeginDrain() {
  draining_.store(true, std::memory_order_relaxed);
  streams_.CancelAll();
}

}  // namespace triad::rpc

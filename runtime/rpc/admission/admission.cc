#include "runtime/rpc/admission/admission.h"

#include <utility>

#include "runtime/io/executor.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::rpc {

Admission::Admission(AdmissionOptions options)
    : options_(std::move(options)),
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

#include "runtime/rpc/admission/admission.h"

#include <utility>

#include "runtime/io/executor.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::rpc {
namespace {

// Of calls that end UNAVAILABLE, as all of them do when there is too much to do.
constexpr int kLinesPerSecond = 10;

}  // namespace

Admission::Admission(AdmissionOptions options)
    : options_(std::move(options)),
      tokens_(options_.auth_token),
      rules_(options_.validation, *options_.clock),
      refused_(options_.metrics->Counter("triad_executor_refused_total",
                                         "Calls refused because too many tasks wait.")),
      unavailable_lines_(kLinesPerSecond, absl::Seconds(1), *options_.clock) {
  Executor* executor = options_.executor;
  options_.metrics
      ->Gauge("triad_executor_queue_limit", "Tasks that may wait before calls are refused.")
      .Set(static_cast<double>(executor->queue_limit()));
  options_.metrics->GaugeFunction("triad_executor_queue", "Tasks that wait for a thread.", {},
                                  [executor] { return static_cast<double>(executor->queued()); });
}

const validation::MessageRules* Admission::RulesOf(const google::protobuf::Descriptor& request) {
  if (!rules_status_.ok()) return nullptr;
  absl::StatusOr<const validation::MessageRules*> rules = rules_.RulesOf(request);
  rules_status_ = rules.status();
  return rules.ok() ? *rules : nullptr;
}

void Admission::BeginDrain() {
  draining_.store(true, std::memory_order_relaxed);
  streams_.CancelAll();
}

}  // namespace triad::rpc

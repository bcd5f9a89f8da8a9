#include "runtime/rpc/admission/admission.h"

#include <google/protobuf/descriptor.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/io/executor.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::rpc {
namespace {

AdmissionOptions Completed(AdmissionOptions options) {
  if (options.clock == nullptr) options.clock = &Clock::System();
  if (options.random == nullptr) options.random = &Random::System();
  if (options.tracer == nullptr) options.tracer = &Tracer::Off();
  return options;
}

// A name that does not match the proto is a bug that the first start shows.
[[noreturn]] void Bug(absl::string_view what, absl::string_view name) {
  log::Error(what, {{"name", name}});
  log::Flush();
  std::abort();
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

Methods::Methods(Admission& admission, absl::string_view service) : admission_(admission) {
  const std::string name(service);
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
  if (descriptor == nullptr) Bug("no such service in the linked protos", service);
  for (int i = 0; i < descriptor->method_count(); ++i) {
    methods_.emplace_back(*descriptor->method(i), *admission.options().metrics);
  }
  admission_.AddService(name);
}

const Method& Methods::Find(absl::string_view name) const {
  for (const Method& method : methods_) {
    if (method.name() == name) return method;
  }
  Bug("no such method in the proto", name);
}

}  // namespace triad::rpc

#include "runtime/rpc/admission/method.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include "absl/strings/str_cat.h"
#include "runtime/rpc/admission/admission.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "runtime/validation/validate.h"

namespace triad::rpc {
namespace {

using google::protobuf::MethodDescriptor;

Labels LabelsOf(const MethodDescriptor& descriptor) {
  return {{"service", descriptor.service()->full_name()}, {"method", descriptor.name()}};
}

LatencyHistogram* LatencyOf(const MethodDescriptor& descriptor, Metrics& metrics) {
  if (descriptor.client_streaming() || descriptor.server_streaming()) return nullptr;
  return &metrics.LatencySeconds("triad_rpc_server_latency_seconds",
                                 "Of unary calls, from the first byte to the status.",
                                 LabelsOf(descriptor));
}

Lane LaneOf(const MethodDescriptor& descriptor) {
  return descriptor.options().idempotency_level() ==
                 google::protobuf::MethodOptions::NO_SIDE_EFFECTS
             ? Lane::kRead
             : Lane::kWrite;
}

}  // namespace

Method::Method(const MethodDescriptor& descriptor, Admission& admission)
    : admission_(admission),
      index_(descriptor.index()),
      full_name_(absl::StrCat(descriptor.service()->full_name(), "/", descriptor.name())),
      request_type_(*descriptor.input_type()),
      rules_(admission.RulesOf(request_type_)),
      lane_(LaneOf(descriptor)),
      needs_token_(lane_ == Lane::kWrite || admission.options().auth_reads),
      latency_(LatencyOf(descriptor, *admission.options().metrics)),
      in_flight_(admission.options().metrics->Gauge("triad_rpc_server_in_flight",
                                                    "Calls that run now.", LabelsOf(descriptor))) {
  for (std::size_t code = 0; code < calls_.size(); ++code) {
    Labels labels = LabelsOf(descriptor);
    labels["code"] = absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
    calls_[code] = &admission.options().metrics->Counter("triad_rpc_server_calls_total",
                                                         "Calls that have ended, by code.", labels);
  }
}

absl::Status Method::Validate(const grpc::ByteBuffer& request) const {
  if (rules_ == nullptr) return absl::OkStatus();
  grpc::Slice wire;
  // A large message comes in several.
  if (!request.TrySingleSlice(&wire).ok() && !request.DumpToSingleSlice(&wire).ok()) {
    return absl::InternalError("a request could not be read");
  }
  return validation::Validate(
      *rules_, absl::string_view(reinterpret_cast<const char*>(wire.begin()), wire.size()));
}

void Method::Began() const { in_flight_.Increment(); }

void Method::Ended(absl::StatusCode code, absl::Duration took, absl::string_view trace_id) const {
  in_flight_.Decrement();
  if (latency_ != nullptr) {
    latency_->Observe(absl::ToDoubleSeconds(took), trace_id);
  }
  calls_.at(static_cast<std::size_t>(code))->Increment();
}

}  // namespace triad::rpc

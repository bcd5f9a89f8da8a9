// One method of a service, as all its calls share it.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <array>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/io/executor.h"

namespace google::protobuf {
class Descriptor;
class MethodDescriptor;
}  // namespace google::protobuf

namespace triad::validation {
struct MessageRules;
}

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace triad {
class LatencyHistogram;
}

namespace triad::rpc {

class Admission;

// Who may call it, and its metrics. Thread-safe.
class Method {
 public:
  // `admission` must outlive it.
  Method(const google::protobuf::MethodDescriptor& descriptor, Admission& admission);

  Admission& admission() const { return admission_; }
  int index() const { return index_; }                         // among the methods of its service
  const std::string& full_name() const { return full_name_; }  // "pkg.Service/GetEntry"
  const google::protobuf::Descriptor& request_type() const { return request_type_; }
  // OK unless `request`, a message of that type, breaks a rule of its proto.
  absl::Status Validate(const grpc::ByteBuffer& request) const;
  bool needs_token() const { return needs_token_; }
  // Where its work runs: what the proto says to have no side effects reads.
  Lane lane() const { return lane_; }

  void Began() const;
  // `trace_id` of a trace that is recorded, or empty.
  void Ended(absl::StatusCode code, absl::Duration took, absl::string_view trace_id) const;

 private:
  Admission& admission_;
  const int index_;
  const std::string full_name_;
  const google::protobuf::Descriptor& request_type_;
  const validation::MessageRules* const rules_;  // null if there are none
  const Lane lane_;
  const bool needs_token_;
  LatencyHistogram* const latency_;  // null for streams, which last as their caller wants
  prometheus::Gauge& in_flight_;
  // By code, and all of them from the start: of a series that begins with its
  // failures, no rate can be told.
  std::array<prometheus::Counter*, 17> calls_{};
};

}  // namespace triad::rpc

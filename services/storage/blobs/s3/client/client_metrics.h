// What is asked of S3, counted and timed.
#pragma once

#include <array>
#include <cstddef>

#include "absl/time/time.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::storage::s3 {

enum class Operation {
  kGetObject,
  kHeadObject,
  kPutObject,
  kDeleteObject,
  kCreateMultipartUpload,
  kUploadPart,
  kCompleteMultipartUpload,
  kAbortMultipartUpload,
  kListObjects,
  kListMultipartUploads,
  kHeadBucket,
};
inline constexpr std::size_t kOperations = 11;

// As S3 calls it.
const char* NameOf(Operation operation);

// Thread-safe.
class ClientMetrics {
 public:
  explicit ClientMetrics(Metrics& metrics);

  // One attempt has ended, after `took`.
  void Attempted(Operation operation, bool succeeded, absl::Duration took);
  void Retried(Operation operation);

 private:
  struct PerOperation {
    prometheus::Counter* succeeded;
    prometheus::Counter* failed;
    prometheus::Counter* retried;
    LatencyHistogram* latency;
  };
  std::array<PerOperation, kOperations> operations_;
};

}  // namespace triad::storage::s3

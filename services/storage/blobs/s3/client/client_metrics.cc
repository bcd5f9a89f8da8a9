#include "services/storage/blobs/s3/client/client_metrics.h"

namespace triad::storage::s3 {
namespace {

// In the order of the enum.
constexpr const char* kNames[kOperations] = {
    "GetObject",
    "HeadObject",
    "PutObject",
    "DeleteObject",
    "CreateMultipartUpload",
    "UploadPart",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
    "ListObjectsV2",
    "ListMultipartUploads",
    "HeadBucket",
};

}  // namespace

const char* NameOf(Operation operation) { return kNames[static_cast<std::size_t>(operation)]; }

ClientMetrics::ClientMetrics(Metrics& metrics) {
  for (std::size_t i = 0; i < kOperations; ++i) {
    Labels operation = {{"operation", kNames[i]}};
    auto attempts = [&](const char* result) {
      return &metrics.Counter("triad_s3_attempts_total", "Requests sent to S3, retries included.",
                              {{"operation", kNames[i]}, {"result", result}});
    };
    operations_[i] = {
        attempts("ok"), attempts("error"),
        &metrics.Counter("triad_s3_retries_total", "Requests sent to S3 again.", operation),
        &metrics.LatencySeconds("triad_s3_attempt_seconds",
                                "Of requests to S3, up to the end of the answer; of GetObject, up "
                                "to its beginning.",
                                operation)};
  }
}

void ClientMetrics::Attempted(Operation operation, bool succeeded, absl::Duration took) {
  const PerOperation& metrics = operations_[static_cast<std::size_t>(operation)];
  (succeeded ? metrics.succeeded : metrics.failed)->Increment();
  metrics.latency->Observe(absl::ToDoubleSeconds(took));
}

void ClientMetrics::Retried(Operation operation) {
  operations_[static_cast<std::size_t>(operation)].retried->Increment();
}

}  // namespace triad::storage::s3

#include "runtime/telemetry/error_report.h"

namespace triad {

bool IsReported(absl::StatusCode code) {
  return code == absl::StatusCode::kUnknown || code == absl::StatusCode::kInternal ||
         code == absl::StatusCode::kDataLoss;
}

}  // namespace triad

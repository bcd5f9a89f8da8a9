// What an operator should hear of without reading logs: a bug, or data that is
// not what it should be.
//
// Nothing here sends it anywhere: an ErrorSink does, if there is one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace triad {

struct ErrorReport {
  bool fatal = false;  // the process ends of it
  // What is the same each time: reports of one kind are one problem.
  std::string kind;
  std::string message;
  std::string request_id;
  std::string trace_id;
  std::string span_id;
  std::vector<std::pair<std::string, std::string>> fields;
};

// Thread-safe; never blocks, so it may drop.
class ErrorSink {
 public:
  virtual ~ErrorSink() = default;
  virtual void Report(ErrorReport report) = 0;
};

// Whether a call that ended so is a bug or lost data, rather than something that
// its caller did or that will pass: UNKNOWN, INTERNAL, DATA_LOSS.
inline bool IsReported(absl::StatusCode code) {
  return code == absl::StatusCode::kUnknown || code == absl::StatusCode::kInternal ||
         code == absl::StatusCode::kDataLoss;
}

}  // namespace triad

// ListAuditLines, WatchAuditLines.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "runtime/audit/audit_log.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/stream.h"
#include "triad/config/v1/config.pb.h"

namespace triad {
class Executor;
}

namespace triad::config {

// Thread-safe. Blocks.
class AuditHandler {
 public:
  using Stream = rpc::Source<v1::WatchAuditLinesResponse>;

  // What it is given must outlive it and its streams.
  AuditHandler(audit::AuditLog& log, Executor& executor) : log_(log), executor_(executor) {}

  absl::StatusOr<v1::ListAuditLinesResponse> List(rpc::Call& call,
                                                  const v1::ListAuditLinesRequest& request);
  absl::StatusOr<std::unique_ptr<Stream>> Watch(rpc::Call& call,
                                                const v1::WatchAuditLinesRequest& request);

 private:
  audit::AuditLog& log_;
  Executor& executor_;
};

}  // namespace triad::config

// ListAuditLines, WatchAuditLines: the same for every service that keeps an audit log.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "runtime/audit/audit_log.h"
#include "runtime/audit/handler/line_source.h"
#include "runtime/rpc/call.h"
#include "triad/audit/v1/audit.pb.h"

namespace triad {
class Executor;
}

namespace triad::audit {

// Thread-safe. Blocks.
class AuditHandler {
 public:
  // What it is given must outlive it and its streams.
  AuditHandler(AuditLog& log, Executor& executor) : log_(log), executor_(executor) {}

  absl::StatusOr<v1::ListAuditLinesResponse> List(rpc::Call& call,
                                                  const v1::ListAuditLinesRequest& request);
  absl::StatusOr<std::unique_ptr<LineSource>> Watch(rpc::Call& call,
                                                    const v1::WatchAuditLinesRequest& request);

 private:
  AuditLog& log_;
  Executor& executor_;
};

}  // namespace triad::audit

// ListAuditLines, WatchAuditLines.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "runtime/audit/handler/audit_handler.h"
#include "services/transform/recipes/no_database.h"

namespace triad::transform {

// Thread-safe. Blocks.
class AuditLinesHandler {
 public:
  // Null without a database, which every call is then refused for.
  explicit AuditLinesHandler(audit::AuditHandler* audit) : audit_(audit) {}

  absl::StatusOr<audit::v1::ListAuditLinesResponse> List(
      rpc::Call& call, const audit::v1::ListAuditLinesRequest& request) {
    if (audit_ == nullptr) return NoDatabase();
    return audit_->List(call, request);
  }
  absl::StatusOr<std::unique_ptr<audit::LineSource>> Watch(
      rpc::Call& call, const audit::v1::WatchAuditLinesRequest& request) {
    if (audit_ == nullptr) return NoDatabase();
    return audit_->Watch(call, request);
  }

 private:
  audit::AuditHandler* const audit_;
};

}  // namespace triad::transform

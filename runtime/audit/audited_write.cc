#include "runtime/audit/audited_write.h"

#include "runtime/base/status.h"

namespace triad::audit {

absl::Status WriteAudited(db::Database& database, AuditLog& log, Line line, DryRun dry_run,
                          absl::FunctionRef<absl::Status(db::Session&)> work) {
  bool done = false;
  auto transaction = [&](db::Session& session) -> absl::Status {
    done = false;
    TRIAD_RETURN_IF_ERROR(work(session));
    TRIAD_RETURN_IF_ERROR(log.Append(session, line));
    done = true;
    return dry_run == DryRun::kYes ? absl::CancelledError("dry run") : absl::OkStatus();
  };
  absl::Status written = database.Write(transaction, [&] { log.Committed(line); });
  return done && dry_run == DryRun::kYes ? absl::OkStatus() : written;
}

}  // namespace triad::audit

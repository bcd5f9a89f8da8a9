#include "runtime/service/audit_options.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "runtime/rpc/admission/admission.h"
#include "runtime/service/service.h"

namespace triad::service {

AuditOptions::AuditOptions(Service& service) : service_(service) {
  OptionParser& parser = service.options();
  parser.Add("audit_retention", &options_.retention, "how long lines of the audit log are kept");
  parser.Add("audit_file", &options_.file,
             "file to which lines of the audit log are added as JSON, too; - is standard output");
}

std::unique_ptr<audit::AuditLog> AuditOptions::Open(db::Database& database, const Clock& clock) {
  auto log = service_.OrExit(
      audit::AuditLog::Open(database, clock, service_.metrics(), std::move(options_)));
  service_.admission().SetOnRefused(
      [&log = *log](const RequestContext& call, const absl::Status& status, std::string resource) {
        WorkingFor scope(&call);
        audit::Line line = audit::LineOfRequest(std::move(resource), "");
        line.outcome = absl::StatusCodeToString(status.code());
        log.Refused(std::move(line));
      });
  return log;
}

}  // namespace triad::service

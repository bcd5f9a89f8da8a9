// --audit_retention and --audit_file: the audit log of a service.
#pragma once

#include <memory>

#include "runtime/audit/audit_log.h"

namespace triad {
class Clock;
}

namespace triad::db {
class Database;
}

namespace triad::service {

class Service;

// Make it before Service::Start.
class AuditOptions {
 public:
  // `service` must outlive it.
  explicit AuditOptions(Service& service);

  // Opens the log in `database`, or ends the process. From now on it counts what the service
  // refuses; so it must live until the service has served.
  std::unique_ptr<audit::AuditLog> Open(db::Database& database, const Clock& clock);

 private:
  Service& service_;
  audit::Options options_;
};

}  // namespace triad::service

// Turns the messages of triad.audit.v1 into values, and back.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/audit/audit_log.h"
#include "runtime/audit/line.h"
#include "triad/audit/v1/audit.pb.h"

namespace triad::audit {

// INVALID_ARGUMENT, naming the field, for a time that is none.
absl::StatusOr<Filter> FilterFromProto(const v1::AuditFilter& proto);

v1::AuditLine ToProto(Line line);

}  // namespace triad::audit

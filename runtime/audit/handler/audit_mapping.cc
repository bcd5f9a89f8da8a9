#include "runtime/audit/handler/audit_mapping.h"

#include <utility>

#include "runtime/base/status.h"
#include "runtime/rpc/timestamps.h"

namespace triad::audit {

absl::StatusOr<Filter> FilterFromProto(const v1::AuditFilter& proto) {
  Filter filter;
  filter.resource = proto.resource_prefix();
  filter.method = proto.method();
  filter.principal = proto.principal();
  filter.outcome = proto.outcome();
  if (proto.has_start_time()) {
    TRIAD_ASSIGN_OR_RETURN(filter.from,
                           rpc::TimeFromProto("filter.start_time", proto.start_time()));
  }
  if (proto.has_end_time()) {
    TRIAD_ASSIGN_OR_RETURN(filter.to, rpc::TimeFromProto("filter.end_time", proto.end_time()));
  }
  return filter;
}

v1::AuditLine ToProto(Line line) {
  v1::AuditLine proto;
  proto.set_id(line.id);
  *proto.mutable_time() = rpc::TimeToProto(line.time);
  proto.set_principal(std::move(line.principal));
  proto.set_peer(std::move(line.peer));
  proto.set_address(std::move(line.address));
  proto.set_method(std::move(line.method));
  proto.set_resource(std::move(line.resource));
  proto.set_count(line.count);
  proto.set_outcome(std::move(line.outcome));
  proto.set_revision(line.revision);
  proto.set_request_id(std::move(line.request_id));
  proto.set_trace_id(std::move(line.trace_id));
  return proto;
}

}  // namespace triad::audit

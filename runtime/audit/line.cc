#include "runtime/audit/line.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "runtime/telemetry/traces/request_context.h"

namespace triad::audit {

Line LineOfRequest(std::string resource, const char* work) {
  Line line;
  line.resource = std::move(resource);
  const RequestContext* request = CurrentRequest();
  if (request == nullptr) {
    line.method = work;
    line.principal = "service";
    return line;
  }
  RequestOrigin origin = request->origin();
  line.method = std::move(origin.method);
  line.principal = std::move(origin.principal);
  line.peer = std::move(origin.peer);
  line.address = std::move(origin.address);
  line.request_id = std::string(request->request_id());
  line.trace_id = request->trace().trace_id;
  return line;
}

std::string ToJson(const Line& line) {
  nlohmann::ordered_json json;
  json["id"] = line.id;
  json["time"] = absl::FormatTime(absl::RFC3339_full, line.time, absl::UTCTimeZone());
  json["principal"] = line.principal;
  json["peer"] = line.peer;
  json["address"] = line.address;
  json["method"] = line.method;
  json["resource"] = line.resource;
  json["count"] = line.count;
  json["outcome"] = line.outcome;
  json["revision"] = line.revision;
  json["request_id"] = line.request_id;
  json["trace_id"] = line.trace_id;
  // What strangers send is in it, which need not be UTF-8.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace triad::audit

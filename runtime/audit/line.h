// What an audit log says: who did what, when, from where.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace triad::audit {

struct Line {
  std::int64_t id = 0;  // in the order of the commits, without gaps
  absl::Time time = {};
  std::string principal = {};  // who, if that is known
  std::string peer = {};       // the other end of the connection
  std::string address = {};    // of the client, as the gateway states it; empty without one
  std::string method =
      {};  // "triad.config.v1.ConfigService/SetEntry", or a word for the service's own
  std::string resource = {};   // resource name of what it was done to; the parent of several
  std::int64_t count = 1;      // of resources, or of refused attempts
  std::string outcome = "OK";  // name of the status code
  std::int64_t revision = 0;   // of the store, of a write
  std::string request_id = {}, trace_id = {};
};

// A line of the request that this thread works for, which did `resource`; of the service's
// own work, called `work`, if there is no request.
Line LineOfRequest(std::string resource, const char* work);

// As one line of JSON, without a newline.
std::string ToJson(const Line& line);

}  // namespace triad::audit

// W3C Trace Context (https://www.w3.org/TR/trace-context/) and request ids.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad {

class Random;

// Identifies one span of one trace. A plain value.
struct TraceContext {
  std::string trace_id;        // 32 lower-case hex digits, not all zero
  std::string span_id;         // 16 lower-case hex digits: this process's span
  std::string parent_span_id;  // of the caller; empty at the root
  bool sampled = false;
  std::string state;  // tracestate, passed on as it came

  // The header to send on: "00-<trace_id>-<span_id>-01".
  std::string traceparent() const;
};

// A new span below the caller's, sampled if the caller's is. A header that is
// missing or malformed starts a new trace, as the specification asks; of new
// traces, the share `ratio` (0 to 1) is sampled. Which ones depends on the id
// alone, so that all who are asked about one trace agree.
TraceContext ContinueTrace(absl::string_view traceparent, absl::string_view tracestate,
                           Random& random, double ratio = 1);

// A new span below `parent`, in this process.
TraceContext ChildOf(const TraceContext& parent, Random& random);

// `given` if it is 1 to 128 characters of [A-Za-z0-9._-], else a new random id.
std::string RequestIdFrom(absl::string_view given, Random& random);

}  // namespace triad

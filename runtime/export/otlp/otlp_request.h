// Spans as OTLP's messages. Internal to the exporter.
#pragma once

#include <string>
#include <vector>

#include "runtime/telemetry/traces/span.h"

namespace triad::tracing {

// Attributes of the process, the same in every request.
using ResourceAttributes = std::vector<std::pair<std::string, std::string>>;

// A serialized ExportTraceServiceRequest.
std::string OtlpRequest(const ResourceAttributes& resource, const std::vector<Span>& spans);

// How many spans the collector says that it did not take; `message` says why.
std::int64_t RejectedSpans(const std::string& response, std::string& message);

}  // namespace triad::tracing

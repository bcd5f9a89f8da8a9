#include "runtime/export/otlp/otlp_request.h"

#include <variant>

#include "absl/strings/escaping.h"
#include "runtime/base/version.h"
#include "runtime/export/otlp/otlp.pb.h"

namespace triad::tracing {
namespace {

constexpr int kStatusError = 2;
constexpr std::uint32_t kFlagSampled = 1;

void Fill(const char* name, const std::variant<std::string, std::int64_t>& value,
          otlp::KeyValue& attribute) {
  attribute.set_key(name);
  if (const auto* text = std::get_if<std::string>(&value)) {
    attribute.mutable_value()->set_string_value(*text);
  } else {
    attribute.mutable_value()->set_int_value(std::get<std::int64_t>(value));
  }
}

std::uint64_t UnixNanos(absl::Time time) {
  return static_cast<std::uint64_t>(absl::ToUnixNanos(time));
}

void Fill(const Span& from, otlp::Span& to) {
  to.set_trace_id(absl::HexStringToBytes(from.trace.trace_id));
  to.set_span_id(absl::HexStringToBytes(from.trace.span_id));
  to.set_parent_span_id(absl::HexStringToBytes(from.trace.parent_span_id));
  to.set_trace_state(from.trace.state);
  to.set_flags(kFlagSampled);
  to.set_name(from.name);
  to.set_kind(static_cast<int>(from.kind));
  to.set_start_time_unix_nano(UnixNanos(from.start));
  to.set_end_time_unix_nano(UnixNanos(from.end));
  for (const auto& [name, value] : from.attributes) Fill(name, value, *to.add_attributes());
  if (!from.failed) return;
  to.mutable_status()->set_code(kStatusError);
  to.mutable_status()->set_message(from.message);
}

}  // namespace

std::string OtlpRequest(const ResourceAttributes& resource, const std::vector<Span>& spans) {
  otlp::ExportTraceServiceRequest request;
  otlp::ResourceSpans& all = *request.add_resource_spans();
  for (const auto& [name, value] : resource) {
    Fill(name.c_str(), value, *all.mutable_resource()->add_attributes());
  }
  otlp::ScopeSpans& scope = *all.add_scope_spans();
  scope.mutable_scope()->set_name("triad");
  scope.mutable_scope()->set_version(std::string(GetBuildInfo().version));
  for (const Span& span : spans) Fill(span, *scope.add_spans());
  return request.SerializeAsString();
}

std::int64_t RejectedSpans(const std::string& response, std::string& message) {
  otlp::ExportTraceServiceResponse parsed;
  // An answer that is none of ours has refused nothing.
  if (!parsed.ParseFromString(response)) return 0;
  message = parsed.partial_success().error_message();
  return parsed.partial_success().rejected_spans();
}

}  // namespace triad::tracing

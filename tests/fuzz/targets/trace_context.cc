// W3C Trace Context and request ids. The input is a traceparent, a line feed, and a
// tracestate or a request id.
#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "runtime/base/random.h"
#include "runtime/telemetry/traces/trace.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

// Gives the same again and again, so that a target does the same with an input.
class Repeating final : public Random {
 public:
  std::string Bytes(std::size_t count) override { return std::string(count, 'Z'); }
};

bool IsId(absl::string_view id, std::size_t size) {
  return id.size() == size && id.find_first_not_of("0123456789abcdef") == id.npos &&
         id.find_first_not_of('0') != id.npos;
}

void CheckTrace(const TraceContext& trace, absl::string_view header) {
  Require(IsId(trace.trace_id, 32) && IsId(trace.span_id, 16), "ids are ids", header);
  if (trace.parent_span_id.empty()) return;
  Require(IsId(trace.parent_span_id, 16), "a parent's id is one", header);
  Require(absl::StrContains(header, trace.trace_id), "a trace that goes on was named", header);
}

const Registration kTarget("trace_context", [](absl::string_view bytes) {
  Input input(bytes);
  Repeating random;
  absl::string_view header = input.TakeLine();
  TraceContext trace = ContinueTrace(header, input.rest(), random);
  CheckTrace(trace, header);
  if (trace.parent_span_id.empty()) Require(trace.state.empty(), "a state is a trace's", bytes);
  TraceContext next = ContinueTrace(trace.traceparent(), trace.state, random);
  RequireEqual(next.trace_id, trace.trace_id, "what is sent on is the trace");
  RequireEqual(next.parent_span_id, trace.span_id, "its parent is the span");
  RequireEqual(next.state, trace.state, "its state is passed on");
  Require(next.sampled == trace.sampled, "who is sampled stays sampled", header);
  std::string id = RequestIdFrom(input.rest(), random);
  Require(!id.empty() && id.size() <= 128, "a request has a short id", id);
  Require(std::all_of(id.begin(), id.end(),
                      [](char c) {
                        return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' ||
                               c == '_' || c == '-';
                      }),
          "a request's id needs no quotes", id);
});

}  // namespace
}  // namespace triad::fuzz

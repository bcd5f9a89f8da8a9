#include "runtime/telemetry/traces/trace.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/random.h"

namespace triad {
namespace {

constexpr std::size_t kTraceIdBytes = 16;
constexpr std::size_t kSpanIdBytes = 8;
constexpr std::size_t kRequestIdBytes = 16;
constexpr std::size_t kMaxRequestId = 128;

bool IsLowerHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsId(absl::string_view text) {
  return IsLowerHex(text) && text.find_first_not_of('0') != absl::string_view::npos;
}

// traceparent = version "-" trace-id "-" parent-id "-" trace-flags
//   version = 2 lower-case hex digits, not "ff"
//   trace-id, parent-id = 32 and 16 of them, not all zero
//   trace-flags = 2 of them; the lowest bit says sampled
// A later version than 00 may go on after another "-".
bool ParseTraceparent(absl::string_view header, TraceContext& trace) {
  constexpr std::size_t kLength = 55;
  if (header.size() < kLength) return false;
  absl::string_view version = header.substr(0, 2);
  if (!IsLowerHex(version) || version == "ff") return false;
  if (header.size() > kLength && (version == "00" || header[kLength] != '-')) return false;
  if (header[2] != '-' || header[35] != '-' || header[52] != '-') return false;
  absl::string_view trace_id = header.substr(3, 32);
  absl::string_view parent_id = header.substr(36, 16);
  absl::string_view flags = header.substr(53, 2);
  if (!IsId(trace_id) || !IsId(parent_id) || !IsLowerHex(flags)) return false;
  trace.trace_id = std::string(trace_id);
  trace.parent_span_id = std::string(parent_id);
  char low = flags[1];
  trace.sampled = ((low <= '9' ? low - '0' : low - 'a' + 10) & 1) != 0;
  return true;
}

// The last 56 bits of an id are random whoever made it (Trace Context, level 2).
bool IsChosen(const std::string& trace_id, double ratio) {
  constexpr std::size_t kDigits = 14;
  std::uint64_t number = 0;
  const char* end = trace_id.data() + trace_id.size();
  std::from_chars(end - kDigits, end, number, 16);
  return static_cast<double>(number) < ratio * static_cast<double>(std::uint64_t{1} << 56);
}

bool IsRequestIdCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-';
}

}  // namespace

std::string TraceContext::traceparent() const {
  return absl::StrCat("00-", trace_id, "-", span_id, sampled ? "-01" : "-00");
}

TraceContext ContinueTrace(absl::string_view traceparent, absl::string_view tracestate,
                           Random& random, double ratio) {
  TraceContext trace;
  if (ParseTraceparent(traceparent, trace)) {
    trace.state = std::string(tracestate);
  } else {
    trace.trace_id = RandomId(random, kTraceIdBytes);
    trace.sampled = IsChosen(trace.trace_id, ratio);
  }
  trace.span_id = RandomId(random, kSpanIdBytes);
  return trace;
}

TraceContext ChildOf(const TraceContext& parent, Random& random) {
  TraceContext child = parent;
  child.parent_span_id = parent.span_id;
  child.span_id = RandomId(random, kSpanIdBytes);
  return child;
}

std::string RequestIdFrom(absl::string_view given, Random& random) {
  bool good = !given.empty() && given.size() <= kMaxRequestId &&
              std::all_of(given.begin(), given.end(), IsRequestIdCharacter);
  return good ? std::string(given) : RandomId(random, kRequestIdBytes);
}

}  // namespace triad

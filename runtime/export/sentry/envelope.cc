#include "runtime/export/sentry/envelope.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/export/sentry/scrub.h"
#include "runtime/http_client/post.h"

namespace triad::error_reports {
namespace {

using nlohmann::json;

constexpr absl::Duration kDefaultLimit = absl::Seconds(60);

std::string Rfc3339(absl::Time at) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", at, absl::UTCTimeZone());
}

json Extra(const ErrorReport& report) {
  json extra = json::object();
  for (const auto& [name, value] : report.fields) {
    extra[name] = IsSecretName(name) ? "[redacted]" : Scrub(value);
  }
  return extra;
}

json Event(const ErrorReport& report, const Origin& origin, const std::string& event_id,
           absl::Time at) {
  std::string kind = Scrub(report.kind);
  json event = {{"event_id", event_id},      {"timestamp", Rfc3339(at)},
                {"platform", "native"},      {"level", report.fatal ? "fatal" : "error"},
                {"logger", origin.service},  {"server_name", origin.host},
                {"release", origin.release}, {"fingerprint", {origin.service, kind}},
                {"extra", Extra(report)}};
  if (!origin.environment.empty()) event["environment"] = origin.environment;
  event["exception"] = {{"values", {{{"type", kind}, {"value", Scrub(report.message)}}}}};
  event["tags"] = {{"service", origin.service}};
  if (!report.request_id.empty()) event["tags"]["request_id"] = report.request_id;
  if (!report.trace_id.empty()) {
    event["tags"]["trace_id"] = report.trace_id;
    event["contexts"]["trace"] = {{"trace_id", report.trace_id}, {"span_id", report.span_id}};
  }
  return event;
}

// A limit = seconds ":" categories [ ":" scope [ ":" reason … ] ]; no category
// means all of them.
bool IsForErrors(absl::string_view categories) {
  if (categories.empty()) return true;
  std::vector<absl::string_view> all = absl::StrSplit(categories, ';');
  return std::find(all.begin(), all.end(), "error") != all.end();
}

absl::Duration LongestLimit(absl::string_view limits) {
  absl::Duration longest;
  for (absl::string_view limit : absl::StrSplit(limits, ',')) {
    const std::vector<absl::string_view> parts =
        absl::StrSplit(absl::StripAsciiWhitespace(limit), ':');
    std::int64_t seconds = 0;
    if (!absl::SimpleAtoi(parts[0], &seconds) || seconds < 0) continue;
    if (IsForErrors(parts.size() > 1 ? parts[1] : "")) {
      longest = std::max(longest, absl::Seconds(seconds));
    }
  }
  return longest;
}

}  // namespace

std::string Envelope(const ErrorReport& report, const Origin& origin, const std::string& event_id,
                     absl::Time at) {
  // What is not UTF-8 is replaced: an event that is refused helps nobody.
  auto text = [](const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
  };
  std::string event = text(Event(report, origin, event_id, at));
  return absl::StrCat(
      text({{"event_id", event_id}, {"sent_at", Rfc3339(at)}}), "\n",
      text({{"type", "event"}, {"content_type", "application/json"}, {"length", event.size()}}),
      "\n", event, "\n");
}

absl::Duration RateLimit(const http_client::HttpHead& head) {
  auto limits = head.headers.find("x-sentry-rate-limits");
  if (limits != head.headers.end()) return LongestLimit(limits->second);
  if (head.status != 429) return absl::ZeroDuration();
  absl::Duration asked = http_client::RetryAfter(head);
  return asked > absl::ZeroDuration() ? asked : kDefaultLimit;
}

}  // namespace triad::error_reports

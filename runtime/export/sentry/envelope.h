// Sentry's envelope protocol (https://develop.sentry.dev/sdk/data-model/envelopes/).
// Internal to the reporter.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "runtime/http_client/http_client.h"
#include "runtime/telemetry/error_report.h"

namespace triad::error_reports {

// What is the same in every report of this process.
struct Origin {
  std::string service = {};      // of the binary
  std::string release = {};      // "triad@0.1.0+abc"
  std::string environment = {};  // "production"
  std::string host = {};
};

// An envelope with one event in it, scrubbed of secrets. `event_id` is 32 hex
// digits.
std::string Envelope(const ErrorReport& report, const Origin& origin, const std::string& event_id,
                     absl::Time at);

// How long no errors may be sent, by the answer to an envelope: its
// X-Sentry-Rate-Limits, or the Retry-After of a 429. Zero: none was asked for.
absl::Duration RateLimit(const http_client::HttpHead& head);

}  // namespace triad::error_reports

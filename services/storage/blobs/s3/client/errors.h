// What goes wrong with S3, and what the service does about it.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/http_client/http_client.h"

namespace triad::storage::s3 {

enum class Remedy {
  kNone,
  kAgain,           // the same may work soon
  kAgainSlower,     // S3 asked for less
  kNewCredentials,  // with others it may work
};

struct Failure {
  absl::Status status;
  Remedy remedy = Remedy::kNone;
};

// The failure that an answer other than a success means. `what` is "PutObject
// s3://bucket/key". The message says what to do where an operator can do something.
// Codes: NOT_FOUND for a key or an upload that is not there; UNAVAILABLE for what
// passes by itself; RESOURCE_EXHAUSTED for a quota; FAILED_PRECONDITION for a condition that
// does not hold, UNIMPLEMENTED for one that is not known; INTERNAL for the rest, which the
// operator has to mend and not the caller.
Failure FailureOf(absl::string_view what, const http_client::HttpHead& head,
                  absl::string_view body);

// The failure that a transfer without an answer means.
Failure FailureOf(absl::string_view what, const absl::Status& transport);

}  // namespace triad::storage::s3

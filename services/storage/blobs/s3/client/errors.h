// What goes wrong with S3, as what the service does about it.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/storage/blobs/s3/client/http.h"

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

// Of an answer that is no success. `what` is "PutObject s3://bucket/key". The
// message says what to do where somebody can do something. Codes:
// NOT_FOUND for a key or an upload that is not there; UNAVAILABLE for what
// passes; RESOURCE_EXHAUSTED for a quota; INTERNAL for the rest, which is the
// operator's to mend and not the caller's.
Failure FailureOf(absl::string_view what, const HttpHead& head, absl::string_view body);

// Of a transfer that did not come to an answer.
Failure FailureOf(absl::string_view what, const absl::Status& transport);

}  // namespace triad::storage::s3

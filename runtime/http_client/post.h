// POSTs that may have to be tried again, for senders that run in the background.
#pragma once

#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/http_client/http_client.h"

namespace triad {
class Random;
}

namespace triad::http_client {

struct PostPolicy {
  int attempts = 5;
  absl::Duration timeout = absl::Seconds(3);             // of one
  absl::Duration first_delay = absl::Milliseconds(250);  // doubles each time; half of it is drawn
  absl::Duration longest_delay = absl::Seconds(30);      // also of a Retry-After
  bool retry_too_many = true;                            // whether 429 is tried again
};

// What the sender has: how long all of it may still take, and a wait that ends
// early when the process is about to end.
struct PostTime {
  std::function<absl::Duration()> remaining;
  std::function<void(absl::Duration)> pause;
};

// Sends `request` until the answer is not 429, 502, 503 or 504, and gives the
// last answer. DEADLINE_EXCEEDED if no time remained, else the error of the last
// attempt if that had no answer.
absl::StatusOr<HttpResponse> Post(HttpClient& client, const HttpRequest& request,
                                  const PostPolicy& policy, const PostTime& time, Random& random);

// The seconds that Retry-After asks for; zero if it does not, or gives a date.
absl::Duration RetryAfter(const HttpHead& head);

}  // namespace triad::http_client

#include "runtime/http_client/post.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "runtime/base/random.h"

namespace triad::http_client {
namespace {

constexpr std::size_t kMaxAnswer = 64 * 1024;

bool IsTransient(const absl::StatusOr<HttpResponse>& answer, const PostPolicy& policy) {
  if (!answer.ok()) return absl::IsUnavailable(answer.status());
  int status = answer->head.status;
  return (status == 429 && policy.retry_too_many) || status == 502 || status == 503 ||
         status == 504;
}

// Half of it at random, so that senders which failed together do not return
// together.
absl::Duration Jittered(absl::Duration delay, Random& random) {
  auto half = static_cast<std::uint64_t>(absl::ToInt64Microseconds(delay / 2));
  return delay / 2 + absl::Microseconds(random.Uniform(half + 1));
}

}  // namespace

absl::Duration RetryAfter(const HttpHead& head) {
  auto found = head.headers.find("retry-after");
  std::int64_t seconds = 0;
  if (found == head.headers.end() || !absl::SimpleAtoi(found->second, &seconds)) return {};
  return absl::Seconds(std::max<std::int64_t>(seconds, 0));
}

absl::StatusOr<HttpResponse> Post(HttpClient& client, const HttpRequest& request,
                                  const PostPolicy& policy, const PostTime& time, Random& random) {
  absl::StatusOr<HttpResponse> answer =
      absl::DeadlineExceededError("there was no time left to send it");
  absl::Duration delay = policy.first_delay;
  for (int attempt = 1; attempt <= policy.attempts; ++attempt) {
    absl::Duration remaining = time.remaining();
    if (remaining <= absl::ZeroDuration()) {
      return absl::DeadlineExceededError("there was no time left to send it");
    }
    HttpRequest again = request;
    again.timeout = std::min(policy.timeout, remaining);
    again.connect_timeout = std::min(again.connect_timeout, again.timeout);
    answer = Fetch(client, std::move(again), kMaxAnswer);
    if (!IsTransient(answer, policy) || attempt == policy.attempts) break;
    absl::Duration asked = answer.ok() ? RetryAfter(answer->head) : absl::ZeroDuration();
    time.pause(std::min(std::max(Jittered(delay, random), asked), policy.longest_delay));
    delay *= 2;
  }
  return answer;
}

}  // namespace triad::http_client

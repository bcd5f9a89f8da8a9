#include "gateway/proxy/request/request_scope.h"

#include <utility>

#include "runtime/base/random.h"

namespace triad::gateway {
namespace {

const std::string& NoRoute() {
  static const std::string* const name = new std::string("none");
  return *name;
}

// Of what a client may send as long as it likes.
constexpr std::size_t kMaxDetailBytes = 1024;

std::unique_ptr<RequestDetails> DetailsOf(const http::RequestHead& request) {
  auto details = std::make_unique<RequestDetails>();
  auto header = [&](absl::string_view name) {
    return std::string(request.headers.Find(name).value_or("").substr(0, kMaxDetailBytes));
  };
  details->path = std::string(request.path().substr(0, kMaxDetailBytes));
  details->host = header("host");
  details->user_agent = header("user-agent");
  details->referer = header("referer");
  return details;
}

}  // namespace

RequestScope::RequestScope(std::unique_ptr<http::Exchange> exchange, const ScopeParts& parts)
    : exchange_(std::move(exchange)), parts_(&parts) {
  const http::Headers& headers = request().headers;
  record_.method = request().method;
  record_.route = &NoRoute();
  record_.trace = tracer().Continue(headers.Find("traceparent").value_or(""),
                                    headers.Find("tracestate").value_or(""));
  // Of a trace that goes on, anybody could have us record it by a flag.
  bool foreign = !record_.trace.parent_span_id.empty() && !request().from_proxy;
  if (foreign) record_.trace.sampled = tracer().Continue({}, {}).sampled;
  if (tracer().Records(record_.trace)) record_.started = parts.clock.Now();
  record_.request_id = RequestIdFrom(headers.Find("x-request-id").value_or(""), Random::System());
  if (parts.log.needs_details()) record_.details = DetailsOf(request());
  parts_->log.Begin();
}

http::ResponseHead RequestScope::Completed(http::ResponseHead head) const {
  http::Headers& headers = head.headers;
  headers.Set("X-Request-Id", record_.request_id);
  if (!headers.Find("cache-control").has_value()) headers.Add("Cache-Control", "no-store");
  if (!headers.Find("x-content-type-options").has_value()) {
    headers.Add("X-Content-Type-Options", "nosniff");
  }
  parts_->cors.AddTo(request(), headers);
  return head;
}

void RequestScope::Respond(http::ResponseHead head, http::Body body) {
  exchange_->Respond(Completed(std::move(head)), std::move(body));
}

void RequestScope::StartResponse(http::ResponseHead head,
                                 std::optional<std::uint64_t> content_length) {
  exchange_->StartResponse(Completed(std::move(head)), content_length);
}

void RequestScope::Finish(http::ResponseHead head, http::Body body) {
  int status = head.status;
  Respond(std::move(head), std::move(body));
  Finish(status);
}

void RequestScope::Finish(ErrorAnswer answer) {
  Finish(std::move(answer.head), std::move(answer.body));
}

void RequestScope::Finish(int status) {
  if (std::exchange(finished_, true)) return;
  record_.status = status;
  record_.duration = watch_.elapsed();
  record_.client = request().client_address;
  parts_->log.Finish(record_);
}

}  // namespace triad::gateway

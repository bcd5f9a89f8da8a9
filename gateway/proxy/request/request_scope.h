// One request being answered: who asked, since when, and how it ended.
#pragma once

#include <memory>
#include <string>

#include "gateway/proxy/answer/errors.h"
#include "gateway/proxy/request/cors.h"
#include "gateway/proxy/request/request_log.h"
#include "runtime/base/clock.h"
#include "runtime/base/elapsed.h"
#include "runtime/http/server.h"

namespace triad::gateway {

// What all requests of a loop have in common.
struct ScopeParts {
  RequestLog& log;
  const Cors& cors;
  const Clock& clock;
};

// Every answer of the gateway leaves through here, so every one is logged and
// carries the request's id.
class RequestScope {
 public:
  // Continues the caller's trace, or begins one. Whether it is sampled is decided here,
  // unless a trusted proxy has. `parts` must outlive it.
  RequestScope(std::unique_ptr<http::Exchange> exchange, const ScopeParts& parts);
  RequestScope(RequestScope&&) = default;

  http::Exchange& exchange() const { return *exchange_; }
  const http::RequestHead& request() const { return exchange_->request(); }
  bool is_head() const { return request().method == "HEAD"; }
  const std::string& request_id() const { return record_.request_id; }
  const TraceContext& trace() const { return record_.trace; }
  const Tracer& tracer() const { return parts_->log.tracer(); }

  // What the request is counted as; see RequestRecord. Outlives the scope.
  void set_route(const std::string& route) { record_.route = &route; }
  void set_stream() { record_.stream = true; }
  // How the call to the service at `target`, which outlives the log, ended.
  void set_call(const std::string& target, absl::StatusCode code) {
    record_.target = &target;
    record_.call_code = code;
  }
  // The error that is answered.
  void set_problem(const absl::Status& problem) { record_.problem = problem; }

  // A whole answer. Finish must follow.
  void Respond(http::ResponseHead head, http::Body body);
  // Begins one; the exchange takes the rest. Finish must follow.
  void StartResponse(http::ResponseHead head, std::optional<std::uint64_t> content_length);
  // A whole answer, and the end.
  void Finish(http::ResponseHead head, http::Body body);
  void Finish(ErrorAnswer answer);

  // Counts and logs, once. `status` is what the client got, 499 if it left.
  void Finish(int status);

 private:
  // The head with what every answer has.
  http::ResponseHead Completed(http::ResponseHead head) const;

  std::unique_ptr<http::Exchange> exchange_;
  const ScopeParts* parts_;
  Stopwatch watch_;
  RequestRecord record_;
  bool finished_ = false;
};

}  // namespace triad::gateway

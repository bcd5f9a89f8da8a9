// Which pages of other origins may read answers (CORS, of the Fetch standard).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/proxy/request/headers.h"
#include "runtime/http/parser/message.h"

namespace triad::gateway {

// Immutable. No answer allows cookies, which nothing here knows: who may do something is said by a
// token that the page holds.
class Cors {
 public:
  // `origins` as browsers send them, such as "https://app.example:8443", or "*" for all. A browser
  // remembers for `max_age` what it may send. INVALID_ARGUMENT that quotes what is no origin.
  static absl::StatusOr<Cors> Create(const std::vector<std::string>& origins,
                                     absl::Duration max_age);

  // Whether `origin` is one of them. None is without any.
  bool Allows(absl::string_view origin) const;

  // Whether a browser asks by `request` what it may send.
  static bool IsPreflight(const http::RequestHead& request);
  // The answer to that, for a path that takes `methods`; `known` are headers that it may send. 403
  // is for the caller, if Allows says no.
  http::ResponseHead AnswerPreflight(const http::RequestHead& request,
                                     const std::vector<std::string>& methods,
                                     const ForwardedHeaders& known) const;

  // Adds to the answer to `request`, whatever it is, that its page may read it.
  void AddTo(const http::RequestHead& request, http::Headers& answer) const;

 private:
  Cors() = default;

  bool any_ = false;
  std::vector<std::string> origins_;
  std::string max_age_;  // in seconds
};

}  // namespace triad::gateway

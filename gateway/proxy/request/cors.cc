#include "gateway/proxy/request/cors.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace triad::gateway {
namespace {

constexpr char kWanted[] = "access-control-request-method";

// What the gateway itself reads of a request, beside what goes on to services.
constexpr absl::string_view kOwnHeaders[] = {"accept",        "content-type",      "grpc-timeout",
                                             "last-event-id", "x-request-timeout", "x-request-id",
                                             "traceparent",   "tracestate"};

// scheme "://" host [ ":" port ], and nothing behind it.
bool IsOrigin(absl::string_view text) {
  std::size_t scheme = text.find("://");
  if (scheme == absl::string_view::npos || scheme == 0) return false;
  absl::string_view authority = text.substr(scheme + 3);
  return !authority.empty() && authority.find_first_of("/?#@ ") == absl::string_view::npos;
}

bool IsOwn(absl::string_view name) {
  return std::find(std::begin(kOwnHeaders), std::end(kOwnHeaders), name) != std::end(kOwnHeaders);
}

}  // namespace

absl::StatusOr<Cors> Cors::Create(const std::vector<std::string>& origins, absl::Duration max_age) {
  Cors cors;
  cors.max_age_ = absl::StrCat(absl::ToInt64Seconds(max_age));
  for (const std::string& origin : origins) {
    if (origin == "*") {
      cors.any_ = true;
    } else if (IsOrigin(origin)) {
      cors.origins_.push_back(absl::AsciiStrToLower(origin));
    } else {
      return absl::InvalidArgumentError(absl::StrCat(
          "--cors_origins: '", origin, "' is no origin such as https://app.example, and not *"));
    }
  }
  return cors;
}

bool Cors::Allows(absl::string_view origin) const {
  if (any_) return true;
  return std::find(origins_.begin(), origins_.end(), absl::AsciiStrToLower(origin)) !=
         origins_.end();
}

bool Cors::IsPreflight(const http::RequestHead& request) {
  return request.method == "OPTIONS" && request.headers.Find("origin").has_value() &&
         request.headers.Find(kWanted).has_value();
}

http::ResponseHead Cors::AnswerPreflight(const http::RequestHead& request,
                                         const std::vector<std::string>& methods,
                                         const ForwardedHeaders& known) const {
  http::ResponseHead head;
  head.status = 204;
  head.headers.Add("Access-Control-Allow-Methods", absl::StrJoin(methods, ", "));
  std::vector<std::string> allowed;
  for (absl::string_view name : request.headers.List("access-control-request-headers")) {
    std::string lower = absl::AsciiStrToLower(name);
    if (IsOwn(lower) || known.Contains(lower)) allowed.push_back(std::move(lower));
  }
  if (!allowed.empty()) {
    head.headers.Add("Access-Control-Allow-Headers", absl::StrJoin(allowed, ", "));
  }
  head.headers.Add("Access-Control-Max-Age", max_age_);
  head.headers.Add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers");
  return head;
}

void Cors::AddTo(const http::RequestHead& request, http::Headers& answer) const {
  if (!any_ && origins_.empty()) return;
  if (!any_) answer.Add("Vary", "Origin");
  auto origin = request.headers.Find("origin");
  if (!origin.has_value() || !Allows(*origin)) return;
  answer.Add("Access-Control-Allow-Origin", any_ ? "*" : std::string(*origin));
  answer.Add("Access-Control-Expose-Headers", "*");
}

}  // namespace triad::gateway

#include "gateway/proxy/request/host_policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "gateway/protocols/websocket/handshake.h"

namespace triad::gateway {
namespace {

// "[::1]:80" -> "[::1]", "localhost:4545" -> "localhost"
absl::string_view WithoutPort(absl::string_view authority) {
  std::size_t colon = authority.rfind(':');
  std::size_t bracket = authority.rfind(']');
  bool in_address =
      bracket != absl::string_view::npos && colon != absl::string_view::npos && colon < bracket;
  return colon == absl::string_view::npos || in_address ? authority : authority.substr(0, colon);
}

bool IsLoopbackName(absl::string_view host) {
  return absl::EqualsIgnoreCase(host, "localhost") || host == "127.0.0.1" || host == "[::1]";
}

bool ChangesNothing(absl::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

}  // namespace

HostPolicy::HostPolicy(bool loopback, std::vector<std::string> allowed, const Cors* cors)
    : any_host_(!loopback && allowed.empty()),
      loopback_(loopback),
      allowed_(std::move(allowed)),
      cors_(cors) {}

bool HostPolicy::Allowed(absl::string_view authority) const {
  return std::any_of(allowed_.begin(), allowed_.end(), [&](const std::string& allowed) {
    return absl::EqualsIgnoreCase(allowed, authority) ||
           absl::EqualsIgnoreCase(allowed, WithoutPort(authority));
  });
}

bool HostPolicy::KnownHost(absl::string_view authority) const {
  if (any_host_ || Allowed(authority)) return true;
  return loopback_ && IsLoopbackName(WithoutPort(authority));
}

absl::Status HostPolicy::Check(const http::RequestHead& request) const {
  // Only HTTP/1.0 comes without Host, and no browser speaks that.
  absl::string_view host = request.headers.Find("host").value_or("localhost");
  if (!KnownHost(host)) {
    return absl::PermissionDeniedError(
        "this Host is not served here: name it in --allowed_hosts to allow it");
  }
  if (ChangesNothing(request.method) && !AsksForWebSocket(request)) return absl::OkStatus();
  auto origin = request.headers.Find("origin");
  if (!origin.has_value()) return absl::OkStatus();
  std::size_t scheme = origin->find("://");
  absl::string_view authority =
      scheme == absl::string_view::npos ? *origin : origin->substr(scheme + 3);
  if (absl::EqualsIgnoreCase(authority, host) || Allowed(authority)) return absl::OkStatus();
  if (cors_ != nullptr && cors_->Allows(*origin)) return absl::OkStatus();
  return absl::PermissionDeniedError(
      "this Origin may neither change anything nor open a WebSocket: name it in "
      "--cors_origins, or its host in --allowed_hosts, to allow it");
}

}  // namespace triad::gateway

// Who may talk to the gateway through a browser.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/proxy/request/cors.h"
#include "runtime/http/parser/message.h"

namespace triad::gateway {

// Immutable.
class HostPolicy {
 public:
  // `loopback`: the gateway listens there only, so any other name in Host is a
  // web page that had its own name resolved to this machine (DNS rebinding).
  // `allowed` are names, with or without port, that are accepted besides, or
  // beyond loopback instead of any. `cors` outlives this; null allows no other origin.
  HostPolicy(bool loopback, std::vector<std::string> allowed, const Cors* cors = nullptr);

  // PERMISSION_DENIED for a Host that is not known, or for a request that may
  // change something, or opens a WebSocket, and comes from a page of another origin.
  absl::Status Check(const http::RequestHead& request) const;

 private:
  bool KnownHost(absl::string_view authority) const;
  bool Allowed(absl::string_view authority) const;

  const bool any_host_;
  const bool loopback_;
  const std::vector<std::string> allowed_;
  const Cors* const cors_;
};

}  // namespace triad::gateway

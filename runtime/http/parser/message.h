// Heads of HTTP messages, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace triad::http {

// Header fields in the order they came. Names compare without case.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  void Add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  // Replaces every field of that name.
  void Set(absl::string_view name, std::string value);
  // The first value, if any.
  std::optional<absl::string_view> Find(absl::string_view name) const;
  // The elements of the list that all fields of that name are (RFC 9110, 5.3), without the white
  // space around them. As long as this is not changed.
  std::vector<absl::string_view> List(absl::string_view name) const;
  // How many fields have that name.
  std::size_t Count(absl::string_view name) const;

  std::size_t size() const { return fields_.size(); }
  std::vector<Field>::const_iterator begin() const { return fields_.begin(); }
  std::vector<Field>::const_iterator end() const { return fields_.end(); }

 private:
  std::vector<Field> fields_;
};

// Head of a request, already checked against RFC 9112: the target is in origin
// form (or `*`), there is exactly one Host in HTTP/1.1, lengths do not conflict.
struct RequestHead {
  std::string method;
  std::string target;  // "/path?query", undecoded
  int minor_version = 1;
  Headers headers;
  std::optional<std::uint64_t> content_length;  // absent: no body, or chunked
  bool chunked = false;
  std::string remote_address;  // of the socket's peer, without port
  // Of the client: the peer's, or what a trusted proxy says; see TrustedProxies.
  std::string client_address;
  // Whether the peer is a trusted proxy.
  bool from_proxy = false;
  // What limits of the client are counted by; see PeerKey. Empty for a trusted proxy's
  // own requests, too.
  std::string peer_key;

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
  absl::string_view path() const;   // target before '?'
  absl::string_view query() const;  // target after the first '?', or empty
};

// Whether answers with `status` never have a body: 204 and 304.
inline bool IsBodiless(int status) { return status == 204 || status == 304; }

// Head of a response. The server adds Date, Content-Length or
// Transfer-Encoding, and Connection.
struct ResponseHead {
  int status = 200;
  Headers headers;
};

}  // namespace triad::http

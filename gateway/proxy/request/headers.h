// Between the headers of HTTP and the metadata of gRPC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/grpc_client/metadata.h"
#include "runtime/http/parser/message.h"

namespace triad::gateway {

// Metadata of the gateway's own that says who the client is: its address, as
// http::RequestHead::client_address. What a client sends under this name goes nowhere.
inline constexpr absl::string_view kClientAddress = "x-triad-client-address";

// Which request headers become metadata. Immutable.
class ForwardedHeaders {
 public:
  // `more` adds names to the built-in list; "name-*" stands for all that start
  // with "name-". INVALID_ARGUMENT for one that is not a header's name, that gRPC
  // or HTTP/2 keeps for itself, or that claims who the client is.
  static absl::StatusOr<ForwardedHeaders> Create(const std::vector<std::string>& more);

  // The listed headers but those that Connection names, names in lower case, in the
  // order they came.
  // Content-Type and Content-Length become http-header-content-type and
  // http-header-content-length: in gRPC, the plain names are the stream's own.
  // INVALID_ARGUMENT that names the header if its value is not legal metadata
  // (for "-bin": not base64), OUT_OF_RANGE if it all is over `max_bytes`.
  absl::StatusOr<grpc_client::Metadata> Collect(const http::Headers& headers,
                                                std::size_t max_bytes) const;

  // Whether a header is listed.
  bool Contains(absl::string_view lower_name) const;

 private:
  ForwardedHeaders() = default;

  std::vector<std::string> names_;     // sorted
  std::vector<std::string> prefixes_;  // "x-meta-"
};

// What `metadata` takes of the limits of gRPC and HTTP/2.
std::size_t BytesOf(const grpc_client::Metadata& metadata);
// OUT_OF_RANGE: headers that are too much for `max_bytes` of metadata.
absl::Status TooManyHeaders(std::size_t max_bytes);

// What a service says about the HTTP answer, in metadata `http-status` and
// `http-header-<name>`.
struct HttpFacts {
  std::optional<int> status;  // 200 to 599
  // In order. Without framing, hop-by-hop and cookie headers, which are refused.
  std::vector<http::Headers::Field> headers;
  // From http-header-content-length: the length of a raw body.
  std::optional<std::uint64_t> content_length;
};

HttpFacts FactsFrom(const grpc_client::Metadata& metadata);

// Whether a content-type is JSON: application/json or anything +json.
bool IsJson(absl::string_view content_type);
// Whether it is JSON values on lines: application/x-ndjson and its other names.
bool IsJsonLines(absl::string_view content_type);

}  // namespace triad::gateway

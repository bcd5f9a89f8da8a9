// From a method and its request to an HTTP request, as its google.api.http annotation says.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class Message;
class MethodDescriptor;
}  // namespace google::protobuf

namespace triad::cli {

struct RestRequest {
  std::string verb;    // "GET"
  std::string target;  // path and query
  std::string body;    // empty if the method takes none
  std::string content_type = "application/json";
};

// Fields that neither path nor body takes go into the query. INTERNAL if the method has no
// rule, or `request` has a field that a query cannot carry.
absl::StatusOr<RestRequest> ToRest(const google::protobuf::MethodDescriptor& method,
                                   const google::protobuf::Message& request);

// `text` as a segment of a path or a part of a query: all but RFC 3986's unreserved
// characters are escaped.
std::string PercentEncoded(absl::string_view text);

// google.rpc.Status of an answer's JSON, with its details. If the body is no such thing,
// the error that an HTTP status stands for: it names `peer` and the status.
absl::Status FromErrorBody(absl::string_view peer, int http_status, absl::string_view body);

}  // namespace triad::cli

// AWS Signature Version 4: who sends a request, over its method, path, query,
// headers and content.
//
// libcurl's own (7.88) leaves the content's hash out, does not sort the query,
// and signs other bytes than it sends for paths with = + ( ) or UTF-8.
#pragma once

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace triad::storage::s3 {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  // empty for keys that last
  absl::Time expires = absl::InfiniteFuture();
};

// A request as it is signed. Path and query are not encoded yet.
struct Message {
  std::string method;
  std::string path;  // "/bucket/a key"
  std::multimap<std::string, std::string> query;
  std::map<std::string, std::string> headers;  // names in lower case; has "host"
  std::string content_sha256;                  // lower-case hex
};

struct Scope {
  std::string region;
  std::string service;  // "s3"
};

// All but A-Z a-z 0-9 - . _ ~ becomes %XX; slashes stay in a path.
std::string EncodePath(absl::string_view path);
std::string EncodeQueryPart(absl::string_view text);
// Path and query as they go into the request line.
std::string EncodedTarget(const Message& message);

// `message` with x-amz-date, x-amz-content-sha256, x-amz-security-token if there is
// one, and authorization. Every header of the message is signed.
Message Sign(Message message, const Credentials& credentials, const Scope& scope, absl::Time now);

}  // namespace triad::storage::s3

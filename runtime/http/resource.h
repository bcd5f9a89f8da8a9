// Bytes that are served from memory, the same ones to everybody.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "runtime/http/body.h"
#include "runtime/http/parser/message.h"

namespace triad::http {

// Immutable, hence thread-safe; copies share the bytes.
class Resource {
 public:
  struct Answer {
    ResponseHead head;
    // Empty with 304; that of GET for HEAD too.
    Body body;
  };

  // `gzip` is what clients that accept it get instead of `plain`.
  Resource(std::string content_type, std::string cache_control, std::string plain,
           std::optional<std::string> gzip);
  // One that is asked for again each time it is used, and compressed here.
  static Resource Compressed(std::string content_type, std::string plain);

  // Answers a GET or HEAD with 200 or, by If-None-Match, 304.
  Answer Get(const Headers& request) const;

 private:
  struct Variant {
    explicit Variant(std::string bytes);

    Body::Shared body;
    std::string etag;  // quoted
  };

  std::string content_type_;
  std::string cache_control_;
  Variant plain_;
  std::optional<Variant> gzip_;
};

// Whether a representation in gzip is acceptable (RFC 9110, 12.5.3).
bool AcceptsGzip(const Headers& request);

}  // namespace triad::http

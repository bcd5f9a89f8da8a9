// The built frontend, served from memory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/http/body.h"
#include "runtime/http/parser/message.h"

namespace triad::gateway {

// Immutable, hence thread-safe.
class Site {
 public:
  struct Answer {
    http::ResponseHead head;
    // Empty with 304; the file's for HEAD too.
    http::Body body;
  };

  // Reads every file below `directory` but those whose name starts with a dot.
  // `name.gz` beside `name` is what browsers that accept gzip get. NOT_FOUND if
  // there is no index.html, RESOURCE_EXHAUSTED if it all is more than 256 MiB.
  static absl::StatusOr<std::unique_ptr<Site>> Load(const std::string& directory);

  // Answers a GET or HEAD with 200 or, by If-None-Match, 304. Nullopt if there is
  // no such file. `/` is index.html; nothing else is. `path` as it came.
  std::optional<Answer> Get(absl::string_view path, const http::Headers& request) const;

  // Whether Get has an answer: what other methods are refused on with 405.
  bool Has(absl::string_view path) const { return Find(path) != nullptr; }

 private:
  struct Variant {
    http::Body::Shared body;
    std::string etag;  // quoted
  };
  struct File {
    std::string content_type;
    std::string cache_control;
    Variant plain;
    std::optional<Variant> gzip;
  };

  Site() = default;
  const File* Find(absl::string_view path) const;

  std::unordered_map<std::string, File> files_;  // by decoded path
};

// Whether a representation in gzip is acceptable (RFC 9110, 12.5.3).
bool AcceptsGzip(const http::Headers& request);

// Whether If-None-Match names `etag` (RFC 9110, 13.1.2).
bool NoneMatchNames(const http::Headers& request, absl::string_view etag);

}  // namespace triad::gateway

// The built frontend, served from memory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/http/parser/message.h"
#include "runtime/http/resource.h"

namespace triad::gateway {

// Immutable, hence thread-safe.
class Site {
 public:
  // Reads every file below `directory` but those whose name starts with a dot.
  // `name.gz` beside `name` is what browsers that accept gzip get. NOT_FOUND if
  // there is no index.html, RESOURCE_EXHAUSTED if it all is more than 256 MiB.
  static absl::StatusOr<std::unique_ptr<Site>> Load(const std::string& directory);

  // Answers a GET or HEAD with 200 or, by If-None-Match, 304. Nullopt if there is
  // no such file. `/` is index.html; nothing else is. `path` as it came.
  std::optional<http::Resource::Answer> Get(absl::string_view path,
                                            const http::Headers& request) const;

  // Whether Get has an answer: what other methods are refused on with 405.
  bool Has(absl::string_view path) const { return Find(path) != nullptr; }

 private:
  Site() = default;
  const http::Resource* Find(absl::string_view path) const;

  std::unordered_map<std::string, http::Resource> files_;  // by decoded path
};

}  // namespace triad::gateway

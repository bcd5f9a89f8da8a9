// What a writer says of an object's content for those who read it over HTTP.
#pragma once

#include <string>

namespace triad::storage {

// Values of the headers of that name, as they are served; empty for one that was not given.
struct ContentHeaders {
  std::string cache_control = {};
  std::string content_disposition = {};
  // Codings in lower case, with ", " between them. What is kept is the coded content: sizes,
  // ranges and hashes are of that.
  std::string content_encoding = {};
  std::string content_language = {};
  std::string expires = {};

  friend bool operator==(const ContentHeaders&, const ContentHeaders&) = default;
};

}  // namespace triad::storage

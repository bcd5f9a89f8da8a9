// Which bucket, where, and which part of it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/storage/blobs/s3/client/options.h"

namespace triad::storage::s3 {

struct Location {
  std::string bucket;
  std::string prefix;  // empty, or ends with a slash
};

// Parses "BUCKET" or "BUCKET/PREFIX". INVALID_ARGUMENT for a name that S3 accepts for
// no bucket, or a prefix with an empty, "." or ".." segment or control characters.
absl::StatusOr<Location> ParseLocation(absl::string_view text);

// How the objects of a bucket are addressed over HTTP.
class Address {
 public:
  // INVALID_ARGUMENT, naming the flag, for an endpoint that is no URL, or whose host
  // cannot have the bucket's name in front of it.
  static absl::StatusOr<Address> Of(const Location& location, const Options& options);

  const std::string& origin() const { return origin_; }  // "https://host:port"
  const std::string& host() const { return host_; }      // "host:port"
  // "/bucket/key" or "/key", not encoded; of the bucket itself if `key` is empty.
  std::string PathOf(absl::string_view key) const;
  // "s3://bucket/key", for people.
  std::string NameOf(absl::string_view key) const;

 private:
  std::string bucket_;
  std::string origin_;
  std::string host_;
  bool path_style_ = false;
};

}  // namespace triad::storage::s3

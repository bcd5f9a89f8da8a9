#include "services/storage/blobs/s3/client/location.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"

namespace triad::storage::s3 {
namespace {

bool IsBucketCharacter(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '.';
}

bool IsBucket(absl::string_view name) {
  return name.size() >= 3 && name.size() <= 63 &&
         std::all_of(name.begin(), name.end(), IsBucketCharacter) && name.front() != '.' &&
         name.back() != '.';
}

bool IsSegment(absl::string_view segment) {
  return !segment.empty() && segment != "." && segment != ".." &&
         std::none_of(segment.begin(), segment.end(), absl::ascii_iscntrl);
}

bool IsPrefix(absl::string_view prefix) {
  std::vector<absl::string_view> segments = absl::StrSplit(prefix, '/');
  return prefix.size() <= 512 && std::all_of(segments.begin(), segments.end(), IsSegment);
}

// An IP address, which no bucket's name can be put in front of.
bool IsIpAddress(absl::string_view host) {
  host = host.substr(0, host.rfind(':'));
  return absl::StartsWith(host, "[") || std::all_of(host.begin(), host.end(), [](char c) {
           return absl::ascii_isdigit(c) || c == '.';
         });
}

struct Endpoint {
  std::string scheme;
  std::string host;  // and port
};

absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view url) {
  std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(url, absl::MaxSplits("://", 1));
  absl::string_view host = absl::StripSuffix(parts.second, "/");
  if ((parts.first == "http" || parts.first == "https") && !host.empty() &&
      !absl::StrContains(host, '/') && !absl::StrContains(host, '@')) {
    return Endpoint{std::string(parts.first), std::string(host)};
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--s3_endpoint is '", url, "': expected http://HOST:PORT or https://HOST"));
}

}  // namespace

absl::StatusOr<Location> ParseLocation(absl::string_view text) {
  std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('/', 1));
  absl::string_view prefix = absl::StripSuffix(parts.second, "/");
  if (!IsBucket(parts.first)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "blobs URL 's3://", text, "': a bucket's name is 3 to 63 of a-z, 0-9, '-' and '.'"));
  }
  if (prefix.empty()) return Location{std::string(parts.first), ""};
  if (!IsPrefix(prefix)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "blobs URL 's3://", text,
        "': a prefix is at most 512 bytes, without control characters, and none of its segments "
        "is empty, '.' or '..'"));
  }
  return Location{std::string(parts.first), absl::StrCat(prefix, "/")};
}

absl::StatusOr<Address> Address::Of(const Location& location, const Options& options) {
  Endpoint endpoint = {"https", absl::StrCat("s3.", options.region, ".amazonaws.com")};
  if (!options.endpoint.empty()) {
    TRIAD_ASSIGN_OR_RETURN(endpoint, ParseEndpoint(options.endpoint));
  }
  Address address;
  address.bucket_ = location.bucket;
  address.path_style_ = options.path_style;
  address.host_ = endpoint.host;
  if (!options.path_style) {
    if (IsIpAddress(endpoint.host)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--s3_endpoint is the address ", endpoint.host,
                       ", before which a bucket's name cannot stand: add --s3_path_style"));
    }
    if (endpoint.scheme == "https" && absl::StrContains(location.bucket, '.')) {
      return absl::InvalidArgumentError(
          absl::StrCat("no certificate fits ", location.bucket, ".", endpoint.host,
                       ", as the bucket's name has a dot: add --s3_path_style"));
    }
    address.host_ = absl::StrCat(location.bucket, ".", endpoint.host);
  }
  address.origin_ = absl::StrCat(endpoint.scheme, "://", address.host_);
  return address;
}

std::string Address::PathOf(absl::string_view key) const {
  if (!path_style_) return absl::StrCat("/", key);
  return key.empty() ? absl::StrCat("/", bucket_) : absl::StrCat("/", bucket_, "/", key);
}

std::string Address::NameOf(absl::string_view key) const {
  return absl::StrCat("s3://", bucket_, key.empty() ? "" : "/", key);
}

}  // namespace triad::storage::s3

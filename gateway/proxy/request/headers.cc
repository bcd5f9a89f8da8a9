#include "gateway/proxy/request/headers.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/http/coding/coding.h"

namespace triad::gateway {
namespace {

constexpr absl::string_view kNames[] = {
    "authorization",
    "cache-control",
    "content-digest",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-range",
    "content-type",
    "digest",
    "expires",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "range",
    "repr-digest",
    "sec-fetch-dest",
};
constexpr absl::string_view kJsonLines[] = {"application/x-ndjson", "application/ndjson",
                                            "application/jsonl", "application/json-lines",
                                            "application/x-jsonlines"};
constexpr absl::string_view kPrefixes[] = {"x-amz-checksum-", "x-meta-"};

// Of these the tags may name a coding of the gateway's own.
constexpr absl::string_view kTags[] = {"if-match", "if-none-match"};

// Forwarded too, but made or checked by whoever continues the trace.
constexpr absl::string_view kTrace[] = {"traceparent", "tracestate", "x-request-id"};

// What anybody may claim about who the client is: never forwarded.
constexpr absl::string_view kClaims[] = {kClientAddress, "forwarded", "x-forwarded-for",
                                         "x-real-ip"};

// Names with a meaning of their own in HTTP/2.
constexpr absl::string_view kReserved[] = {"connection",        "host",   "keep-alive",
                                           "proxy-connection",  "te",     "trailer",
                                           "transfer-encoding", "upgrade"};

// Response headers that are the gateway's own to set, or that no service of many
// behind one origin may set.
constexpr absl::string_view kRefused[] = {"connection",
                                          "keep-alive",
                                          "proxy-authenticate",
                                          "proxy-connection",
                                          "set-cookie",
                                          "set-cookie2",
                                          "te",
                                          "trailer",
                                          "transfer-encoding",
                                          "upgrade"};

constexpr absl::string_view kHeaderPrefix = "http-header-";
// What gRPC counts for each entry beside its bytes.
constexpr std::size_t kEntryBytes = 32;

template <typename Names>
bool IsOneOf(absl::string_view name, const Names& names) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// What a header is called in metadata. There, content-type and content-length
// are about the gRPC stream itself, so the request's travel as those of a
// response do.
absl::string_view MetadataName(absl::string_view name) {
  if (name == "content-type") return "http-header-content-type";
  if (name == "content-length") return "http-header-content-length";
  return name;
}

absl::string_view MediaType(absl::string_view content_type) {
  return absl::StripAsciiWhitespace(content_type.substr(0, content_type.find(';')));
}

}  // namespace

absl::StatusOr<ForwardedHeaders> ForwardedHeaders::Create(const std::vector<std::string>& more) {
  ForwardedHeaders forwarded;
  for (absl::string_view name : kNames) forwarded.names_.emplace_back(name);
  for (absl::string_view prefix : kPrefixes) forwarded.prefixes_.emplace_back(prefix);
  for (const std::string& given : more) {
    std::string name = absl::AsciiStrToLower(given);
    bool prefix = absl::EndsWith(name, "-*");
    if (prefix) name.pop_back();
    TRIAD_RETURN_IF_ERROR(grpc_client::CheckMetadata(name, ""));
    if (IsOneOf(name, kReserved)) {
      return absl::InvalidArgumentError(absl::StrCat("'", given, "' cannot be forwarded"));
    }
    if (IsOneOf(name, kClaims)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "'", given, "' cannot be forwarded: services are told the client's address as ",
          kClientAddress));
    }
    if (IsOneOf(name, kTrace)) continue;
    (prefix ? forwarded.prefixes_ : forwarded.names_).push_back(std::move(name));
  }
  std::sort(forwarded.names_.begin(), forwarded.names_.end());
  return forwarded;
}

bool ForwardedHeaders::Contains(absl::string_view lower_name) const {
  for (const std::string& prefix : prefixes_) {
    if (!absl::StartsWith(lower_name, prefix)) continue;
    return !IsOneOf(lower_name, kTrace) && !IsOneOf(lower_name, kClaims);
  }
  return std::binary_search(names_.begin(), names_.end(), lower_name);
}

absl::StatusOr<grpc_client::Metadata> ForwardedHeaders::Collect(const http::Headers& headers,
                                                                std::size_t max_bytes) const {
  // Those of the request, its trace, its id and its client.
  constexpr std::size_t kUsual = 6;
  grpc_client::Metadata metadata;
  metadata.reserve(kUsual);
  std::size_t bytes = 0;
  std::string name;
  // What Connection names is for this connection alone (RFC 9110, section 7.6.1).
  std::vector<absl::string_view> hop_by_hop = headers.List("connection");
  auto ends_here = [&](absl::string_view header) {
    return std::any_of(hop_by_hop.begin(), hop_by_hop.end(), [&](absl::string_view named) {
      return absl::EqualsIgnoreCase(named, header);
    });
  };
  for (const auto& [given_name, given_value] : headers) {
    name = given_name;
    absl::AsciiStrToLower(&name);
    if (!Contains(name) || ends_here(name)) continue;
    std::string value = given_value;
    // Which coding a client got is not the service's affair.
    if (IsOneOf(name, kTags)) value = http::WithoutCodings(value).value;
    if (grpc_client::IsBinaryName(name)) {
      std::optional<std::string> decoded = grpc_client::ParseBinaryValue(given_value);
      if (!decoded.has_value()) {
        return InvalidField(name, "the value of a header in -bin must be base64");
      }
      value = *std::move(decoded);
    }
    absl::string_view metadata_name = MetadataName(name);
    TRIAD_RETURN_IF_ERROR(grpc_client::CheckMetadata(name, value));
    bytes += metadata_name.size() + value.size() + kEntryBytes;
    if (bytes > max_bytes) return TooManyHeaders(max_bytes);
    metadata.emplace_back(std::string(metadata_name), std::move(value));
  }
  return metadata;
}

std::size_t BytesOf(const grpc_client::Metadata& metadata) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : metadata) bytes += name.size() + value.size() + kEntryBytes;
  return bytes;
}

absl::Status TooManyHeaders(std::size_t max_bytes) {
  return absl::OutOfRangeError(
      absl::StrCat("the request's headers are over ", max_bytes, " bytes"));
}

HttpFacts FactsFrom(const grpc_client::Metadata& metadata) {
  HttpFacts facts;
  for (const auto& [name, value] : metadata) {
    if (name == "http-status") {
      int status = 0;
      if (absl::SimpleAtoi(value, &status) && status >= 200 && status <= 599) {
        facts.status = status;
      }
      continue;
    }
    if (!absl::StartsWith(name, kHeaderPrefix)) continue;
    absl::string_view header = absl::string_view(name).substr(kHeaderPrefix.size());
    if (header.empty() || grpc_client::IsBinaryName(header) || IsOneOf(header, kRefused)) continue;
    if (!grpc_client::CheckMetadata(name, value).ok()) continue;
    if (header == "content-length") {
      std::uint64_t length = 0;
      if (absl::SimpleAtoi(value, &length)) facts.content_length = length;
      continue;
    }
    facts.headers.emplace_back(std::string(header), value);
  }
  return facts;
}

bool IsJsonLines(absl::string_view content_type) {
  absl::string_view type = MediaType(content_type);
  return std::any_of(std::begin(kJsonLines), std::end(kJsonLines),
                     [&](absl::string_view name) { return absl::EqualsIgnoreCase(type, name); });
}

bool IsJson(absl::string_view content_type) {
  absl::string_view type = MediaType(content_type);
  return absl::EqualsIgnoreCase(type, "application/json") ||
         absl::EndsWithIgnoreCase(type, "+json");
}

}  // namespace triad::gateway

#include "services/storage/blobs/s3/protocol/signer.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/sha256.h"

namespace triad::storage::s3 {
namespace {

constexpr absl::string_view kAlgorithm = "AWS4-HMAC-SHA256";

bool IsUnreserved(char c) {
  return absl::ascii_isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

std::string Encode(absl::string_view text, char also_plain) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (char c : text) {
    if (IsUnreserved(c) || c == also_plain) {
      encoded += c;
    } else {
      auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return encoded;
}

std::string Hmac(absl::string_view key, absl::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
           &size) == nullptr) {
    std::fputs("OpenSSL cannot compute HMAC-SHA-256\n", stderr);
    std::abort();
  }
  return std::string(reinterpret_cast<const char*>(digest.data()), size);
}

// Sorted by encoded name, then by encoded value.
std::string CanonicalQuery(const Message& message) {
  std::vector<std::pair<std::string, std::string>> parts;
  for (const auto& [name, value] : message.query) {
    parts.emplace_back(EncodeQueryPart(name), EncodeQueryPart(value));
  }
  std::sort(parts.begin(), parts.end());
  return absl::StrJoin(parts, "&", absl::PairFormatter("="));
}

std::string SignedHeaders(const Message& message) {
  return absl::StrJoin(message.headers, ";",
                       [](std::string* out, const auto& header) { out->append(header.first); });
}

// The value without spaces at its ends, and with one space for several in a row.
std::string CanonicalValue(std::string value) {
  absl::RemoveExtraAsciiWhitespace(&value);
  return value;
}

std::string CanonicalRequest(const Message& message) {
  std::string headers;
  for (const auto& [name, value] : message.headers) {
    absl::StrAppend(&headers, name, ":", CanonicalValue(value), "\n");
  }
  return absl::StrCat(message.method, "\n", EncodePath(message.path), "\n", CanonicalQuery(message),
                      "\n", headers, "\n", SignedHeaders(message), "\n", message.content_sha256);
}

}  // namespace

std::string EncodePath(absl::string_view path) { return Encode(path, '/'); }

std::string EncodeQueryPart(absl::string_view text) { return Encode(text, '~'); }

std::string EncodedTarget(const Message& message) {
  std::string query = CanonicalQuery(message);
  return absl::StrCat(EncodePath(message.path), query.empty() ? "" : "?", query);
}

Message Sign(Message message, const Credentials& credentials, const Scope& scope, absl::Time now) {
  std::string time = absl::FormatTime("%Y%m%dT%H%M%SZ", now, absl::UTCTimeZone());
  std::string date = time.substr(0, 8);
  message.headers["x-amz-date"] = time;
  message.headers["x-amz-content-sha256"] = message.content_sha256;
  if (!credentials.session_token.empty()) {
    message.headers["x-amz-security-token"] = credentials.session_token;
  }
  std::string full_scope =
      absl::StrCat(date, "/", scope.region, "/", scope.service, "/aws4_request");
  std::string to_sign = absl::StrCat(kAlgorithm, "\n", time, "\n", full_scope, "\n",
                                     Sha256::Of(CanonicalRequest(message)).hex());
  std::string key = absl::StrCat("AWS4", credentials.secret_access_key);
  for (absl::string_view part :
       {absl::string_view(date), absl::string_view(scope.region), absl::string_view(scope.service),
        absl::string_view("aws4_request")}) {
    key = Hmac(key, part);
  }
  message.headers["authorization"] =
      absl::StrCat(kAlgorithm, " Credential=", credentials.access_key_id, "/", full_scope,
                   ", SignedHeaders=", SignedHeaders(message),
                   ", Signature=", absl::BytesToHexString(Hmac(key, to_sign)));
  return message;
}

}  // namespace triad::storage::s3

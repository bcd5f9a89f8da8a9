#include "gateway/proxy/answer/answer_coding.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace triad::gateway {
namespace {

// The best ratio for its time first.
constexpr http::Coding kOffered[] = {http::Coding::kZstd, http::Coding::kBrotli,
                                     http::Coding::kGzip};
constexpr http::Coding kGzip[] = {http::Coding::kGzip};

// Fields about the bytes as they are.
constexpr absl::string_view kDigests[] = {"content-encoding", "content-md5", "content-digest",
                                          "digest",           "repr-digest", "content-range"};

constexpr absl::string_view kTextTypes[] = {
    "application/json",         "application/javascript", "application/xml",  "application/wasm",
    "application/x-ndjson",     "application/yaml",       "application/toml", "image/svg+xml",
    "application/x-javascript", "application/rtf"};

bool IsText(absl::string_view content_type) {
  std::string type = absl::AsciiStrToLower(
      absl::StripAsciiWhitespace(content_type.substr(0, content_type.find(';'))));
  return absl::StartsWith(type, "text/") || absl::EndsWith(type, "+json") ||
         absl::EndsWith(type, "+xml") ||
         std::find(std::begin(kTextTypes), std::end(kTextTypes), type) != std::end(kTextTypes);
}

}  // namespace

AcceptedCodings CodingsOf(const http::Headers& request) {
  AcceptedCodings codings;
  codings.whole = http::ChooseCoding(request, kOffered);
  if (codings.whole != http::Coding::kIdentity) {
    codings.gzip = http::ChooseCoding(request, kGzip) == http::Coding::kGzip;
  }
  if (auto tags = request.Find("if-none-match")) codings.tag = http::WithoutCodings(*tags).coding;
  return codings;
}

bool MayBeCoded(const Route& route, const http::ResponseHead& head) {
  if (route.carries_secret || head.status == 206 || http::IsBodiless(head.status)) return false;
  for (absl::string_view name : kDigests) {
    if (head.headers.Find(name).has_value()) return false;
  }
  for (absl::string_view directive : head.headers.List("cache-control")) {
    if (absl::EqualsIgnoreCase(directive, "no-transform")) return false;
  }
  return IsText(head.headers.Find("content-type").value_or(""));
}

void SetCoding(http::ResponseHead& head, http::Coding coding) {
  head.headers.Add("Vary", "Accept-Encoding");
  if (coding == http::Coding::kIdentity) return;
  head.headers.Add("Content-Encoding", std::string(http::NameOf(coding)));
  SetTagCoding(head, coding);
}

void SetTagCoding(http::ResponseHead& head, http::Coding coding) {
  auto etag = head.headers.Find("etag");
  if (etag.has_value()) head.headers.Set("ETag", http::TagWith(*etag, coding));
}

}  // namespace triad::gateway

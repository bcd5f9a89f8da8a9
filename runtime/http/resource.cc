#include "runtime/http/resource.h"

#include <zlib.h>

#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "runtime/base/sha256.h"

namespace triad::http {
namespace {

// Nullopt if there is no memory for it.
std::optional<std::string> Gzip(const std::string& bytes) {
  constexpr int kGzip = 16;  // what it adds to the size of the window
  constexpr int kMemoryLevel = 8;
  z_stream stream = {};
  int made = deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzip, kMemoryLevel,
                          Z_DEFAULT_STRATEGY);
  if (made != Z_OK) return std::nullopt;
  std::string compressed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  int done = deflate(&stream, Z_FINISH);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  if (done != Z_STREAM_END) return std::nullopt;
  return compressed;
}

// Weight of "gzip;q=0.5": 1 if none is given, 0 if it is not a number.
double WeightOf(absl::string_view parameters) {
  for (absl::string_view parameter : absl::StrSplit(parameters, ';', absl::SkipEmpty())) {
    parameter = absl::StripAsciiWhitespace(parameter);
    double weight = 0;
    if (absl::ConsumePrefix(&parameter, "q=") || absl::ConsumePrefix(&parameter, "Q=")) {
      return absl::SimpleAtod(parameter, &weight) ? weight : 0;
    }
  }
  return 1;
}

// Whether If-None-Match names `etag` (RFC 9110, 13.1.2).
bool NoneMatchNames(const Headers& request, absl::string_view etag) {
  for (absl::string_view candidate : request.List("if-none-match")) {
    absl::ConsumePrefix(&candidate, "W/");
    if (candidate == "*" || candidate == etag) return true;
  }
  return false;
}

}  // namespace

Resource::Variant::Variant(std::string bytes)
    : etag(absl::StrCat("\"", Sha256::Of(bytes).hex(), "\"")) {
  body = std::make_shared<const std::string>(std::move(bytes));
}

Resource::Resource(std::string content_type, std::string cache_control, std::string plain,
                   std::optional<std::string> gzip)
    : content_type_(std::move(content_type)),
      cache_control_(std::move(cache_control)),
      plain_(std::move(plain)) {
  if (gzip.has_value()) gzip_.emplace(*std::move(gzip));
}

Resource Resource::Compressed(std::string content_type, std::string plain) {
  std::optional<std::string> gzip = Gzip(plain);
  return Resource(std::move(content_type), "no-cache", std::move(plain), std::move(gzip));
}

Resource::Answer Resource::Get(const Headers& request) const {
  bool gzip = gzip_.has_value() && AcceptsGzip(request);
  const Variant& variant = gzip ? *gzip_ : plain_;
  Answer answer;
  Headers& headers = answer.head.headers;
  headers.Add("ETag", variant.etag);
  headers.Add("Cache-Control", cache_control_);
  if (gzip_.has_value()) headers.Add("Vary", "Accept-Encoding");
  if (NoneMatchNames(request, variant.etag)) {
    answer.head.status = 304;
    return answer;
  }
  headers.Add("Content-Type", content_type_);
  if (gzip) headers.Add("Content-Encoding", "gzip");
  answer.body = variant.body;
  return answer;
}

bool AcceptsGzip(const Headers& request) {
  bool any = false;
  for (absl::string_view item : request.List("accept-encoding")) {
    std::size_t semicolon = item.find(';');
    absl::string_view coding = absl::StripAsciiWhitespace(item.substr(0, semicolon));
    bool wanted = semicolon == absl::string_view::npos || WeightOf(item.substr(semicolon)) > 0;
    if (absl::EqualsIgnoreCase(coding, "gzip")) return wanted;
    if (coding == "*") any = wanted;
  }
  return any;
}

}  // namespace triad::http

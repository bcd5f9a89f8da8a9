#include "runtime/http/resource.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/sha256.h"
#include "runtime/http/coding/coding.h"
#include "runtime/http/coding/compress.h"

namespace triad::http {
namespace {

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
  absl::StatusOr<std::string> packed = Compress(Coding::kGzip, plain, Effort::kBest);
  std::optional<std::string> gzip;
  if (packed.ok()) gzip = *std::move(packed);
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
  static constexpr Coding kGzip[] = {Coding::kGzip};
  return ChooseCoding(request, kGzip) == Coding::kGzip;
}

}  // namespace triad::http

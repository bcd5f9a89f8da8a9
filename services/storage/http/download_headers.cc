#include "services/storage/http/download_headers.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/storage/http/http_date.h"

namespace triad::storage {
namespace {

// Types in which nothing runs.
constexpr absl::string_view kSafeTypes[] = {
    "application/json", "audio/mpeg", "audio/ogg",  "audio/wav",  "image/avif",
    "image/gif",        "image/jpeg", "image/png",  "image/webp", "text/plain",
    "video/mp4",        "video/ogg",  "video/webm",
};

bool IsTokenCharacter(char c) {
  return absl::ascii_isalnum(c) || absl::StrContains("!#$&+-.^_`|~", c);
}

std::string PercentEncode(absl::string_view text) {
  std::string encoded;
  for (char c : text) {
    if (IsTokenCharacter(c)) {
      encoded += c;
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

void SetRangeHeaders(rpc::Call& call, const Object& object, const ReadPlan& plan) {
  switch (plan.answer) {
    case ReadPlan::Answer::kWhole:
      call.SetHttpHeader("content-length", absl::StrCat(plan.length));
      break;
    case ReadPlan::Answer::kPart:
      call.SetHttpStatus(206);
      call.SetHttpHeader("content-length", absl::StrCat(plan.length));
      call.SetHttpHeader("content-range",
                         absl::StrFormat("bytes %d-%d/%d", plan.offset,
                                         plan.offset + plan.length - 1, object.size));
      break;
    case ReadPlan::Answer::kNotModified:
      call.SetHttpStatus(304);
      break;
    case ReadPlan::Answer::kPreconditionFailed:
      call.SetHttpStatus(412);
      break;
    case ReadPlan::Answer::kUnsatisfiable:
      call.SetHttpStatus(416);
      call.SetHttpHeader("content-range", absl::StrCat("bytes */", object.size));
      break;
  }
}

}  // namespace

bool IsSafeInline(absl::string_view content_type) {
  absl::string_view type = content_type.substr(0, content_type.find(';'));
  std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(type));
  return std::find(std::begin(kSafeTypes), std::end(kSafeTypes), lower) != std::end(kSafeTypes);
}

std::string AttachmentDisposition(absl::string_view object_name) {
  absl::string_view name = object_name.substr(object_name.rfind('/') + 1);
  if (std::all_of(name.begin(), name.end(), IsTokenCharacter)) {
    return absl::StrCat("attachment; filename=\"", name, "\"");
  }
  return absl::StrCat("attachment; filename*=UTF-8''", PercentEncode(name));
}

void SetDownloadHeaders(rpc::Call& call, const Object& object, const ReadPlan& plan) {
  SetRangeHeaders(call, object, plan);
  // An error is not about the object's bytes: it gets only the status.
  if (plan.answer > ReadPlan::Answer::kNotModified) return;
  call.SetHttpHeader("etag", absl::StrCat("\"", object.etag(), "\""));
  call.SetHttpHeader("last-modified", FormatHttpDate(object.update_time));
  call.SetHttpHeader("accept-ranges", "bytes");
  // May be kept, if it is asked each time whether it still holds.
  call.SetHttpHeader("cache-control", "private, no-cache");
  call.SetHttpHeader("x-content-type-options", "nosniff");
  call.SetHttpHeader("content-security-policy", "sandbox");
  if (!IsSafeInline(object.content_type)) {
    call.SetHttpHeader("content-disposition", AttachmentDisposition(object.name.object));
  }
  for (const auto& [name, value] : object.metadata) {
    call.SetHttpHeader(absl::StrCat("x-meta-", name), value);
  }
}

}  // namespace triad::storage

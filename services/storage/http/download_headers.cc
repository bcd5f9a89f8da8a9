#include "services/storage/http/download_headers.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/storage/checksums/digest_dictionary.h"
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

// The writer's disposition, or one of ours where there is none; empty: in place.
std::string DispositionOf(absl::string_view written, bool is_safe, absl::string_view object_name) {
  if (written.empty()) return is_safe ? "" : FormatAttachment(object_name);
  if (is_safe) return std::string(written);
  // Its file name may stay. A type that a browser does not know is as good as `attachment`,
  // but not every one of them knows that.
  absl::string_view parameters = written.substr(std::min(written.find(';'), written.size()));
  return absl::StrCat("attachment", parameters);
}

using Answer = ReadPlan::Answer;

DownloadHead RangeHead(const Object& object, const ReadPlan& plan) {
  switch (plan.answer) {
    case Answer::kWhole:
      return {std::nullopt, {{"content-length", absl::StrCat(plan.length)}}};
    case Answer::kPart:
      return {206,
              {{"content-length", absl::StrCat(plan.length)},
               {"content-range", absl::StrFormat("bytes %d-%d/%d", plan.offset,
                                                 plan.offset + plan.length - 1, object.size)}}};
    case Answer::kParts:
      return {206, {}};
    case Answer::kNotModified:
      return {304, {}};
    case Answer::kPreconditionFailed:
      return {412, {}};
    case Answer::kUnsatisfiable:
      break;
  }
  return {416, {{"content-range", absl::StrCat("bytes */", object.size)}}};
}

}  // namespace

bool IsSafeInline(absl::string_view content_type) {
  absl::string_view type = content_type.substr(0, content_type.find(';'));
  std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(type));
  return std::find(std::begin(kSafeTypes), std::end(kSafeTypes), lower) != std::end(kSafeTypes);
}

std::string FormatAttachment(absl::string_view object_name) {
  absl::string_view name = object_name.substr(object_name.rfind('/') + 1);
  if (std::all_of(name.begin(), name.end(), IsTokenCharacter)) {
    return absl::StrCat("attachment; filename=\"", name, "\"");
  }
  return absl::StrCat("attachment; filename*=UTF-8''", PercentEncode(name));
}

HeaderFields ContentFieldsOf(const ContentHeaders& kept, absl::string_view content_type,
                             absl::string_view object_name) {
  bool is_default = kept.cache_control.empty() && kept.expires.empty();
  HeaderFields fields = {
      {"cache-control", is_default ? "private, no-cache" : kept.cache_control},
      {"content-disposition",
       DispositionOf(kept.content_disposition, IsSafeInline(content_type), object_name)},
      {"content-encoding", kept.content_encoding},
      {"content-language", kept.content_language},
      {"expires", kept.expires},
  };
  std::erase_if(fields, [](const auto& field) { return field.second.empty(); });
  return fields;
}

DownloadHead DownloadHeadOf(const Object& object, const ReadPlan& plan) {
  DownloadHead head = RangeHead(object, plan);
  // An error is not about the object's bytes: it gets nothing else.
  if (plan.answer > Answer::kNotModified) return head;
  HeaderFields& headers = head.headers;
  headers.emplace_back("etag", absl::StrCat("\"", object.etag, "\""));
  headers.emplace_back("last-modified", FormatHttpDate(object.update_time));
  headers.emplace_back("accept-ranges", "bytes");
  if (!object.sha256.empty()) {
    headers.emplace_back("repr-digest", FormatReprDigest(object.sha256));
  }
  headers.emplace_back("x-content-type-options", "nosniff");
  headers.emplace_back("content-security-policy", "sandbox");
  HeaderFields content =
      ContentFieldsOf(object.properties.headers, object.content_type, object.name.object);
  std::move(content.begin(), content.end(), std::back_inserter(headers));
  for (const auto& [name, value] : object.properties.metadata) {
    headers.emplace_back(absl::StrCat("x-meta-", name), value);
  }
  return head;
}

}  // namespace triad::storage

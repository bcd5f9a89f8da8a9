#include "services/storage/model/property_rules.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::storage {
namespace {

constexpr std::size_t kMaxContentType = 255;
constexpr std::size_t kMaxTagKey = 128;
constexpr std::size_t kMaxTagValue = 256;
constexpr absl::string_view kDefaultContentType = "application/octet-stream";

bool IsPrintable(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isprint);
}

// What a header's name may have, in lower case (RFC 9110, section 5.6.2).
bool IsNameCharacter(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) ||
         absl::StrContains("!#$%&'*+-.^_`|~", absl::string_view(&c, 1));
}

// A value of a name that ends in -bin would be taken for base64 by gRPC when it is sent back.
bool IsMetadataName(absl::string_view name) {
  return !name.empty() && !absl::EndsWith(name, "-bin") &&
         std::all_of(name.begin(), name.end(), IsNameCharacter);
}

}  // namespace

absl::StatusOr<std::string> CheckContentType(absl::string_view field, const std::string& type) {
  if (type.empty()) return std::string(kDefaultContentType);
  if (type.size() <= kMaxContentType && IsPrintable(type) && absl::StrContains(type, '/')) {
    return type;
  }
  return InvalidField(field, "must be a media type of at most 255 bytes");
}

absl::Status CheckMetadata(absl::string_view field, absl::string_view prefix,
                           const std::map<std::string, std::string>& metadata) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : metadata) {
    bytes += name.size() + value.size();
    if (IsMetadataName(name) && IsPrintable(value)) continue;
    return InvalidField(absl::StrCat(prefix, name),
                        "must have a name in lower case that could be a header's and does not end "
                        "in -bin, and a value of printable ASCII");
  }
  if (bytes <= kMaxMetadataBytes) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must be at most ", kMaxMetadataBytes, " bytes"));
}

absl::Status CheckTags(absl::string_view field, const std::map<std::string, std::string>& tags) {
  if (tags.size() > kMaxTags) {
    return InvalidField(field, absl::StrCat("must be at most ", kMaxTags, " tags"));
  }
  for (const auto& [key, value] : tags) {
    if (!key.empty() && key.size() <= kMaxTagKey && value.size() <= kMaxTagValue) continue;
    return InvalidField(field, absl::StrCat("must have keys of 1 to ", kMaxTagKey,
                                            " bytes and values of at most ", kMaxTagValue));
  }
  return absl::OkStatus();
}

}  // namespace triad::storage

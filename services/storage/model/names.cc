#include "services/storage/model/names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"

namespace triad::storage {
namespace {

constexpr absl::string_view kBuckets = "buckets/";

constexpr std::size_t kMinBucket = 3;
constexpr std::size_t kMaxBucket = 63;

bool IsAlnum(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); }

bool IsBucketText(absl::string_view text) {
  return text.size() <= kMaxBucket &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsAlnum(c) || c == '-'; });
}

// C0, DEL and, in UTF-8, C1 (0xC2 0x80 to 0xC2 0x9F).
bool HasControlCharacter(absl::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (absl::ascii_iscntrl(text[i])) return true;
    if (text[i] == '\xC2' && i + 1 < text.size() &&
        static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      return true;
    }
  }
  return false;
}

bool IsObjectText(absl::string_view text) {
  if (text.empty() || text.size() > kMaxObjectName || HasControlCharacter(text)) return false;
  for (absl::string_view segment : absl::StrSplit(text, '/')) {
    if (segment.empty() || segment == "." || segment == "..") return false;
  }
  return true;
}

}  // namespace

std::string FormatBucketName(absl::string_view id) { return absl::StrCat(kBuckets, id); }

std::string FormatObjectName(const ObjectName& name) {
  return absl::StrJoin(PartsOfObjectName(name.bucket, name.object), "");
}

std::array<absl::string_view, 4> PartsOfObjectName(absl::string_view bucket,
                                                   absl::string_view object) {
  return {kBuckets, bucket, "/objects/", object};
}

absl::Status CheckBucketId(absl::string_view field, absl::string_view id) {
  if (id.size() >= kMinBucket && IsBucketText(id) && IsAlnum(id.front()) && IsAlnum(id.back())) {
    return absl::OkStatus();
  }
  return InvalidField(field,
                      "must be 3 to 63 of [a-z0-9-], starting and ending with a letter or digit");
}

absl::Status CheckBucketPrefix(absl::string_view field, absl::string_view prefix) {
  if (IsBucketText(prefix)) return absl::OkStatus();
  return InvalidField(field, "must be at most 63 of [a-z0-9-]");
}

absl::Status CheckObjectPrefix(absl::string_view field, absl::string_view prefix) {
  if (prefix.size() <= kMaxObjectName && !HasControlCharacter(prefix)) return absl::OkStatus();
  return InvalidField(field, "must be at most 1024 bytes of UTF-8 without control characters");
}

absl::StatusOr<std::string> ParseBucketName(absl::string_view field, absl::string_view name) {
  if (!absl::ConsumePrefix(&name, kBuckets)) {
    return InvalidField(field, "must be buckets/{bucket}");
  }
  TRIAD_RETURN_IF_ERROR(CheckBucketId(field, name));
  return std::string(name);
}

absl::StatusOr<ObjectName> ParseObjectName(absl::string_view field, absl::string_view name) {
  // A bucket may itself be called "objects".
  std::size_t slash = name.find('/', kBuckets.size());
  absl::string_view object = name.substr(std::min(slash, name.size()));
  if (!absl::ConsumePrefix(&object, "/objects/")) {
    return InvalidField(field, "must be buckets/{bucket}/objects/{object}");
  }
  TRIAD_ASSIGN_OR_RETURN(std::string bucket, ParseBucketName(field, name.substr(0, slash)));
  if (!IsObjectText(object)) {
    return InvalidField(field,
                        "its object must be 1 to 1024 bytes of UTF-8 without control characters "
                        "and without an empty, '.' or '..' segment");
  }
  return ObjectName{std::move(bucket), std::string(object)};
}

}  // namespace triad::storage

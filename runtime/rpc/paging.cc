#include "runtime/rpc/paging.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/sha256.h"
#include "runtime/base/status.h"

namespace triad::rpc {
namespace {

constexpr std::int32_t kDefaultPageSize = 100;
constexpr std::int32_t kMaxPageSize = 1000;
constexpr std::size_t kHashDigits = 16;

// The place is hashed too, so that a damaged token is noticed.
std::string Hash(absl::Span<const absl::string_view> query, absl::string_view place) {
  std::string text;
  // With their lengths, so that no two queries give the same text.
  for (absl::string_view part : query) absl::StrAppend(&text, part.size(), ":", part);
  absl::StrAppend(&text, place);
  return Sha256::Of(text).hex().substr(0, kHashDigits);
}

}  // namespace

absl::StatusOr<std::int32_t> PageSize(std::int32_t page_size) {
  if (page_size < 0) return InvalidField("page_size", "must not be negative");
  return page_size == 0 ? kDefaultPageSize : std::min(page_size, kMaxPageSize);
}

std::string MakePageToken(absl::Span<const absl::string_view> query, absl::string_view place) {
  return absl::WebSafeBase64Escape(absl::StrCat(Hash(query, place), place));
}

absl::StatusOr<std::string> ParsePageToken(absl::Span<const absl::string_view> query,
                                           absl::string_view token) {
  if (token.empty()) return std::string();
  std::string text;
  if (absl::WebSafeBase64Unescape(token, &text) && text.size() > kHashDigits) {
    std::string place = text.substr(kHashDigits);
    // Compared as a whole: base64 has more than one spelling of the same bytes.
    if (MakePageToken(query, place) == token) return place;
  }
  return InvalidField("page_token",
                      "must be the next_page_token of a page of the same list: only page_size may "
                      "differ from page to page");
}

}  // namespace triad::rpc

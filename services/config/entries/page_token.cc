#include "services/config/entries/page_token.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/sha256.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

constexpr std::size_t kCheckBytes = 8;

// Notices damage and mix-ups. It is no signature: a token opens nothing that a
// request without it would not.
std::string Check(const ListScope& scope, absl::string_view last) {
  std::string list = absl::StrCat(scope.space, "\n", scope.prefix, "\n", last);
  return Sha256::Of(list).hex().substr(0, kCheckBytes);
}

}  // namespace

std::string MakePageToken(const ListScope& scope, absl::string_view last) {
  return absl::WebSafeBase64Escape(absl::StrCat(Check(scope, last), last));
}

absl::StatusOr<std::string> ParsePageToken(const ListScope& scope, absl::string_view token) {
  if (token.empty()) return std::string();
  std::string text;
  if (absl::WebSafeBase64Unescape(token, &text) && text.size() > kCheckBytes) {
    std::string last = text.substr(kCheckBytes);
    if (MakePageToken(scope, last) == token) return last;
  }
  return InvalidField("page_token",
                      "must be the next_page_token of a page of the same parent and prefix");
}

}  // namespace triad::config

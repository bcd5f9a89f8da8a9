#include "runtime/validation/formats/uri.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/strip.h"
#include "runtime/base/utf8.h"
#include "runtime/validation/formats/ip.h"
#include "runtime/validation/formats/matches.h"

namespace triad::validation {
namespace {

// RFC 3986, appendix A, as expressions of RE2.
#define URI_UNRESERVED "A-Za-z0-9._~-"
#define URI_SUB_DELIMS "!$&'()*+,;="
#define URI_ENCODED "%[0-9A-Fa-f]{2}"
#define URI_PCHAR "(?:[:@" URI_SUB_DELIMS URI_UNRESERVED "]|" URI_ENCODED ")"
#define URI_SEGMENTS "(?:/" URI_PCHAR "*)*"
#define URI_USERINFO "(?:(?:[:" URI_SUB_DELIMS URI_UNRESERVED "]|" URI_ENCODED ")*@)?"
#define URI_REG_NAME "(?:[" URI_SUB_DELIMS URI_UNRESERVED "]|" URI_ENCODED ")*"
// Its group is the host; what is in brackets is looked at afterwards.
#define URI_AUTHORITY URI_USERINFO "(\\[[^\\]/?#]*\\]|" URI_REG_NAME ")(?::[0-9]*)?"
#define URI_TAIL "(?:\\?(?:[/?]|" URI_PCHAR ")*)?(?:#(?:[/?]|" URI_PCHAR ")*)?"
#define URI_ABSOLUTE_PATH "/(?:" URI_PCHAR "+" URI_SEGMENTS ")?"
#define URI_ROOTLESS_PATH URI_PCHAR "+" URI_SEGMENTS
#define URI_NO_SCHEME_PATH "(?:[@" URI_SUB_DELIMS URI_UNRESERVED "]|" URI_ENCODED ")+" URI_SEGMENTS
#define URI_WITH_HOST "//" URI_AUTHORITY URI_SEGMENTS "|" URI_ABSOLUTE_PATH "|"

constexpr char kUri[] = "[A-Za-z][A-Za-z0-9+.-]*:(?:" URI_WITH_HOST URI_ROOTLESS_PATH "|)" URI_TAIL;
constexpr char kRelative[] = "(?:" URI_WITH_HOST URI_NO_SCHEME_PATH "|)" URI_TAIL;
constexpr char kFutureAddress[] = "v[0-9A-Fa-f]+\\.[:" URI_SUB_DELIMS URI_UNRESERVED "]+";
constexpr char kZone[] = "(?:[" URI_UNRESERVED "]|" URI_ENCODED ")+";

// What stands in brackets.
bool IsAddress(absl::string_view text) {
  static const RE2 future(kFutureAddress);
  static const RE2 zone(kZone);
  std::size_t percent = text.find('%');
  if (percent == absl::string_view::npos) return IsIp6(text) || Matches(text, future);
  absl::string_view behind = text.substr(percent);
  return absl::ConsumePrefix(&behind, "%25") && Matches(behind, zone) &&
         IsIp6(text.substr(0, percent));
}

// RFC 3986, section 3.2.2: what is encoded in a host is UTF-8.
bool DecodesToUtf8(absl::string_view host) {
  std::string decoded;
  while (!host.empty()) {
    if (host.front() != '%') {
      decoded += host.front();
      host.remove_prefix(1);
    } else {
      decoded += absl::HexStringToBytes(host.substr(1, 2));
      host.remove_prefix(3);
    }
  }
  return IsValidUtf8(decoded);
}

// Whether `text` is one of `expression`, whose group is the host.
bool IsOneOf(const RE2& expression, absl::string_view text) {
  re2::StringPiece found;
  if (!RE2::FullMatch(re2::StringPiece(text.data(), text.size()), expression, &found)) return false;
  absl::string_view host(found.data(), found.size());
  if (!host.empty() && host.front() == '[' && !IsAddress(host.substr(1, host.size() - 2))) {
    return false;
  }
  return DecodesToUtf8(host);
}

}  // namespace

bool IsUri(absl::string_view text) {
  static const RE2 expression(kUri);
  return IsOneOf(expression, text);
}

bool IsUriReference(absl::string_view text) {
  static const RE2 expression(kRelative);
  return IsUri(text) || IsOneOf(expression, text);
}

}  // namespace triad::validation

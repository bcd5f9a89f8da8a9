#include "services/storage/checksums/digest_dictionary.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/base64.h"

namespace triad::storage {
namespace {

bool IsKeyCharacter(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || absl::StrContains("_-.*", c);
}

//   key = ( lcalpha / "*" ) *( lcalpha / DIGIT / "_" / "-" / "." / "*" )
// Taken off the front of `text`; empty if there is none.
absl::string_view TakeKey(absl::string_view& text) {
  if (text.empty() || !(absl::ascii_islower(text.front()) || text.front() == '*')) return "";
  std::size_t size = 1;
  while (size < text.size() && IsKeyCharacter(text[size])) ++size;
  absl::string_view key = text.substr(0, size);
  text.remove_prefix(size);
  return key;
}

//   bytes = ":" base64 ":"
std::optional<std::string> TakeBytes(absl::string_view& text) {
  if (!absl::ConsumePrefix(&text, ":")) return std::nullopt;
  std::size_t end = text.find(':');
  if (end == absl::string_view::npos) return std::nullopt;
  std::optional<std::string> bytes = DecodeExactBase64(text.substr(0, end));
  text.remove_prefix(end + 1);
  return bytes;
}

}  // namespace

std::optional<std::string> DecodeExactBase64(absl::string_view text) {
  std::optional<std::string> bytes = DecodeBase64(text);
  if (!bytes.has_value() || absl::Base64Escape(*bytes) != text) return std::nullopt;
  return bytes;
}

//   dictionary = [ member *( OWS "," OWS member ) ]     member = key "=" bytes
std::optional<std::map<std::string, std::string>> ParseDigestDictionary(absl::string_view text) {
  std::map<std::string, std::string> digests;
  text = absl::StripAsciiWhitespace(text);
  while (!text.empty()) {
    absl::string_view key = TakeKey(text);
    if (key.empty() || !absl::ConsumePrefix(&text, "=")) return std::nullopt;
    std::optional<std::string> bytes = TakeBytes(text);
    if (!bytes.has_value()) return std::nullopt;
    digests.insert_or_assign(std::string(key), *std::move(bytes));
    text = absl::StripLeadingAsciiWhitespace(text);
    if (text.empty()) break;
    if (!absl::ConsumePrefix(&text, ",")) return std::nullopt;
    text = absl::StripLeadingAsciiWhitespace(text);
    if (text.empty()) return std::nullopt;
  }
  return digests;
}

std::string FormatReprDigest(absl::string_view sha256_hex) {
  return absl::StrCat("sha-256=:", absl::Base64Escape(absl::HexStringToBytes(sha256_hex)), ":");
}

}  // namespace triad::storage

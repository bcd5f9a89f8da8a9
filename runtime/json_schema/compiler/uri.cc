#include "runtime/json_schema/compiler/uri.h"

#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace triad::json_schema {
namespace {

// Each with its mark: "https:", "//host", "/path", "?query".
struct Parts {
  std::string scheme;
  std::string authority;
  std::string path;
  std::string query;
};

// The front of `text` up to one of `ends`, which is taken from it.
absl::string_view TakeUpTo(absl::string_view ends, absl::string_view& text) {
  absl::string_view front = text.substr(0, text.find_first_of(ends));
  text.remove_prefix(front.size());
  return front;
}

Parts Split(absl::string_view text) {
  Parts parts;
  std::size_t colon = text.find_first_of(":/?");
  if (colon != absl::string_view::npos && colon > 0 && text[colon] == ':') {
    parts.scheme = std::string(text.substr(0, colon + 1));
    text.remove_prefix(colon + 1);
  }
  if (absl::StartsWith(text, "//")) {
    text.remove_prefix(2);
    parts.authority = absl::StrCat("//", TakeUpTo("/?", text));
  }
  parts.path = std::string(TakeUpTo("?", text));
  parts.query = std::string(text);
  return parts;
}

// Section 5.2.4.
std::string WithoutDots(absl::string_view path) {
  std::vector<absl::string_view> kept;
  std::vector<absl::string_view> segments = absl::StrSplit(path, '/');
  for (std::size_t i = 0; i < segments.size(); ++i) {
    bool last = i + 1 == segments.size();
    bool up = segments[i] == "..";
    if (!up && segments[i] != ".") {
      kept.push_back(segments[i]);
      continue;
    }
    // The empty segment in front of the first slash stays.
    if (up && kept.size() > 1) kept.pop_back();
    if (last) kept.push_back("");
  }
  return absl::StrJoin(kept, "/");
}

std::string Merged(const Parts& base, absl::string_view path) {
  if (!base.authority.empty() && base.path.empty()) return absl::StrCat("/", path);
  return absl::StrCat(absl::string_view(base.path).substr(0, base.path.rfind('/') + 1), path);
}

// Section 5.2.2.
Parts Resolve(const Parts& base, Parts reference) {
  if (!reference.scheme.empty()) return reference;
  reference.scheme = base.scheme;
  if (!reference.authority.empty()) return reference;
  reference.authority = base.authority;
  if (reference.path.empty()) {
    reference.path = base.path;
    if (reference.query.empty()) reference.query = base.query;
  } else {
    if (reference.path.front() != '/') reference.path = Merged(base, reference.path);
    reference.path = WithoutDots(reference.path);
  }
  return reference;
}

std::optional<std::string> PercentDecoded(absl::string_view text) {
  std::string decoded;
  for (; !text.empty(); text.remove_prefix(1)) {
    if (text.front() != '%') {
      decoded += text.front();
      continue;
    }
    std::uint32_t byte = 0;
    if (text.size() < 3 || !absl::ascii_isxdigit(static_cast<unsigned char>(text[1])) ||
        !absl::SimpleHexAtoi(text.substr(1, 2), &byte)) {
      return std::nullopt;
    }
    decoded += static_cast<char>(byte);
    text.remove_prefix(2);
  }
  return decoded;
}

}  // namespace

std::optional<Uri> ResolveUri(absl::string_view base, absl::string_view reference) {
  if (reference.size() > kMaxUriBytes) return std::nullopt;
  std::size_t hash = reference.find('#');
  absl::string_view fragment = hash == absl::string_view::npos ? "" : reference.substr(hash + 1);
  std::optional<std::string> decoded = PercentDecoded(fragment);
  Parts parts = Resolve(Split(base), Split(reference.substr(0, hash)));
  std::string absolute = absl::StrCat(parts.scheme, parts.authority, parts.path, parts.query);
  if (!decoded || absolute.size() > kMaxUriBytes) return std::nullopt;
  return Uri{std::move(absolute), *std::move(decoded)};
}

}  // namespace triad::json_schema

#include "gateway/routing/percent_encoding.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/utf8.h"

namespace triad::gateway {
namespace {

// The byte that the escape at `text[at]` stands for, or -1.
int EscapedByte(absl::string_view text, std::size_t at) {
  absl::string_view digits = text.substr(at + 1, 2);
  bool hex = std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit);
  if (!hex || digits.size() < 2) return -1;
  return static_cast<unsigned char>(absl::HexStringToBytes(digits)[0]);
}

bool IsPlain(absl::string_view path) {
  for (char c : path) {
    if (c == '%' || c == '\0' || static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

}  // namespace

absl::Status DecodePercent(absl::string_view text, Decode mode, std::string& out) {
  out.reserve(out.size() + text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && mode == Decode::kQuery) c = ' ';
    if (c != '%') {
      out.push_back(c);
      continue;
    }
    int byte = EscapedByte(text, i);
    if (byte < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", absl::CHexEscape(text.substr(i, 3)),
                       "\" is not a percent-escape: write '%' itself as \"%25\""));
    }
    if (byte == '/' && mode == Decode::kAllButSlash) {
      absl::StrAppend(&out, text.substr(i, 3));
    } else {
      out.push_back(static_cast<char>(byte));
    }
    i += 2;
  }
  return absl::OkStatus();
}

absl::Status CheckPathEncoding(absl::string_view path) {
  if (IsPlain(path)) return absl::OkStatus();
  std::string decoded;
  absl::Status status = DecodePercent(path, Decode::kAll, decoded);
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("path: ", status.message()));
  }
  if (decoded.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError("path: NUL is not allowed");
  }
  if (!IsValidUtf8(decoded)) {
    return absl::InvalidArgumentError("path: what is percent-encoded must be UTF-8");
  }
  return absl::OkStatus();
}

}  // namespace triad::gateway

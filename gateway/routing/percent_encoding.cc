#include "gateway/routing/percent_encoding.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace triad::gateway {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The byte that the escape at `text[at]` stands for, or -1.
int EscapedByte(absl::string_view text, std::size_t at) {
  if (text.size() - at < 3) return -1;
  int high = HexValue(text[at + 1]);
  int low = HexValue(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// Bytes of the UTF-8 sequence that starts with `lead`, 0 if none does.
int SequenceLength(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// Overlong forms, surrogates and what lies above U+10FFFF differ from the rest
// in their second byte.
bool SecondByteFits(unsigned char lead, unsigned char second) {
  switch (lead) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second < 0xA0;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second < 0x90;
    default:
      return true;
  }
}

bool IsPlain(absl::string_view path) {
  for (char c : path) {
    if (c == '%' || c == '\0' || static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

}  // namespace

bool IsValidUtf8(absl::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    std::size_t length = SequenceLength(byte(0));
    if (length == 0 || text.size() - at < length) return false;
    for (std::size_t i = 1; i < length; ++i) {
      if ((byte(i) & 0xC0) != 0x80) return false;
    }
    if (length > 1 && !SecondByteFits(byte(0), byte(1))) return false;
    at += length;
  }
  return true;
}

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

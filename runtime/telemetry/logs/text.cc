#include "runtime/telemetry/logs/text.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace triad::log {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// A code point and the bytes it takes; length 0 if they are not UTF-8.
struct Decoded {
  std::uint32_t code = 0;
  std::size_t length = 0;
};

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
Decoded Decode(absl::string_view text) {
  auto lead = static_cast<unsigned char>(text.front());
  std::size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return {};
  std::uint32_t code = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return {};
    code = (code << 6) | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  }
  bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF) return {};
  return {code, length};
}

void AppendCode(std::uint32_t code, std::string& out) {
  char buffer[8];
  out.append(buffer,
             static_cast<std::size_t>(std::snprintf(buffer, sizeof(buffer), "\\u%04x", code)));
}

void AppendAscii(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      AppendCode(static_cast<unsigned char>(c), out);
  }
}

bool IsPlain(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

// C1 controls drive terminals; the separators end lines for some readers.
bool IsHiddenControl(std::uint32_t code) {
  return (code >= 0x80 && code < 0xA0) || code == 0x2028 || code == 0x2029;
}

}  // namespace

void AppendEscaped(absl::string_view text, std::string& out) {
  while (!text.empty()) {
    auto plain = std::find_if_not(text.begin(), text.end(), IsPlain);
    out.append(text.begin(), plain);
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (text.empty()) return;
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      AppendAscii(text.front(), out);
      text.remove_prefix(1);
      continue;
    }
    Decoded decoded = Decode(text);
    if (decoded.length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (IsHiddenControl(decoded.code)) {
      AppendCode(decoded.code, out);
    } else {
      out.append(text.data(), decoded.length);
    }
    text.remove_prefix(std::max<std::size_t>(decoded.length, 1));
  }
}

void AppendWord(absl::string_view text, std::string& out) {
  bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return IsPlain(c) && c != ' ' && c != '=';
  });
  if (plain) {
    out.append(text.data(), text.size());
    return;
  }
  out.push_back('"');
  AppendEscaped(text, out);
  out.push_back('"');
}

}  // namespace triad::log

#include "cli/output/style.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace triad::cli {
namespace {

// By Style.
constexpr std::array<absl::string_view, 7> kCodes = {"", "1", "2", "31", "32", "33", "36"};

bool BeginsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

void AppendEscaped(char c, std::string& out) {
  switch (c) {
    case '\n':
      absl::StrAppend(&out, "\\n");
      return;
    case '\t':
      absl::StrAppend(&out, "\\t");
      return;
    case '\r':
      absl::StrAppend(&out, "\\r");
      return;
    default:
      absl::StrAppendFormat(&out, "\\x%02x", static_cast<unsigned char>(c));
  }
}

}  // namespace

std::string Colours::operator()(Style style, absl::string_view text) const {
  if (!on_ || style == Style::kPlain || text.empty()) return std::string(text);
  return absl::StrCat("\x1b[", kCodes[static_cast<std::size_t>(style)], "m", text, "\x1b[0m");
}

std::string OneLine(absl::string_view text, std::size_t limit) {
  std::string out;
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if (BeginsCharacter(text[i]) && limit != 0 && ++characters > limit) {
      absl::StrAppend(&out, "…");
      break;
    }
    // U+0080 to U+009F are control characters, too.
    bool c1 = byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (c1) {
      AppendEscaped(text[++i], out);
    } else if (byte < 0x20 || byte == 0x7f) {
      AppendEscaped(text[i], out);
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::size_t Width(absl::string_view text) {
  std::size_t width = 0;
  for (char c : text) width += BeginsCharacter(c) ? 1 : 0;
  return width;
}

}  // namespace triad::cli

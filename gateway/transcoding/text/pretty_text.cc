#include "gateway/transcoding/text/pretty_text.h"

namespace triad::gateway {
namespace {

constexpr std::size_t kIndent = 2;

// The end of the string that begins at `begin`, behind its quotation mark.
std::size_t EndOfString(absl::string_view json, std::size_t begin) {
  std::size_t at = begin + 1;
  while (json[at] != '"') at += json[at] == '\\' ? 2 : 1;
  return at + 1;
}

// Calls `write` with a token, and `begin_line` with a depth, in their order.
template <typename Write, typename BeginLine>
void LayOut(absl::string_view json, const Write& write, const BeginLine& begin_line) {
  std::size_t depth = 0;
  for (std::size_t at = 0, end; at < json.size(); at = end) {
    char c = json[at];
    end = c == '"' ? EndOfString(json, at) : at + 1;
    bool opens = c == '{' || c == '[';
    // The brackets of what is empty stay together: '}' is '{' + 2, and ']' is '[' + 2.
    if (opens && json[end] == c + 2) ++end;
    if (c == '}' || c == ']') begin_line(--depth);
    write(json.substr(at, end - at));
    if (c == ':') write(" ");
    if (c == ',') begin_line(depth);
    if (opens && end == at + 1) begin_line(++depth);
  }
}

}  // namespace

std::size_t PrettySize(absl::string_view json) {
  std::size_t size = 0;
  LayOut(
      json, [&](absl::string_view token) { size += token.size(); },
      [&](std::size_t depth) { size += 1 + kIndent * depth; });
  return size;
}

std::string PrettyText(absl::string_view json, std::size_t size) {
  std::string text;
  text.reserve(size);
  LayOut(
      json, [&](absl::string_view token) { text.append(token.data(), token.size()); },
      [&](std::size_t depth) { text.append(1, '\n').append(kIndent * depth, ' '); });
  return text;
}

}  // namespace triad::gateway

#include "gateway/transcoding/parse/context.h"

namespace triad::gateway {

bool TakeString(ParseContext& context, StringToken& token) {
  const char* begin = context.in.at() + 1;
  const char* end = context.in.end();
  const char* at = FindSpecial(begin, end);
  std::size_t saved = 0;  // bytes that escapes have more than what they stand for
  while (at != end && *at == '\\') {
    Escape escape = ReadEscape(at, end);
    if (escape.length == 0) return context.FailAt(at, "is not valid JSON");
    saved += escape.length - escape.size;
    at = FindSpecial(at + escape.length, end);
    token.has_escapes = true;
  }
  if (at == end || *at != '"') return context.FailAt(at, "is not valid JSON");
  token.raw = absl::string_view(begin, static_cast<std::size_t>(at - begin));
  token.size = token.raw.size() - saved;
  context.in.MoveTo(at + 1);
  return true;
}

bool TakeLiteral(ParseContext& context, absl::string_view word) {
  return context.in.TakeWord(word) || context.NotJson();
}

absl::string_view TextOf(const StringToken& token, std::string& scratch) {
  if (!token.has_escapes) return token.raw;
  scratch.clear();
  scratch.reserve(token.size);
  const char* end = token.raw.data() + token.raw.size();
  for (const char* at = token.raw.data(); at != end;) {
    const char* special = FindSpecial(at, end);
    scratch.append(at, special);
    if (special == end) break;
    Escape escape = ReadEscape(special, end);
    scratch.append(escape.bytes, escape.size);
    at = special + escape.length;
  }
  return scratch;
}

}  // namespace triad::gateway

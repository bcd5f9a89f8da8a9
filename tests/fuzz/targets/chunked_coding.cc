// Bodies in chunked coding (RFC 9112, section 7.1), against a decoder that knows nothing
// but the grammar: what is accepted must mean to others what it means here.
#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "runtime/http/parser/request_parser.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using http::RequestParser;

enum class End { kComplete, kIncomplete, kMalformed };

struct Decoded {
  End end = End::kIncomplete;
  std::string content;
  std::size_t consumed = 0;
};

// The line at `at`, without its end; nullopt if that is not there.
std::optional<absl::string_view> LineAt(absl::string_view text, std::size_t at) {
  std::size_t end = text.find("\r\n", at);
  if (end == absl::string_view::npos) return std::nullopt;
  return text.substr(at, end - at);
}

//   body = *( size [ extension ] CRLF data CRLF ) 1*"0" [ extension ] CRLF *( trailer CRLF ) CRLF
Decoded DecodeByTheGrammar(absl::string_view text) {
  Decoded decoded;
  for (;;) {
    std::optional<absl::string_view> line = LineAt(text, decoded.consumed);
    if (!line) return decoded;
    std::uint64_t size = 0;
    std::size_t digits = 0;
    while (digits < line->size() && absl::ascii_isxdigit((*line)[digits])) ++digits;
    if (!absl::SimpleHexAtoi(line->substr(0, digits), &size)) break;
    decoded.consumed += line->size() + 2;
    if (size == 0) {
      while ((line = LineAt(text, decoded.consumed))) {
        decoded.consumed += line->size() + 2;
        if (!line->empty()) continue;
        decoded.end = End::kComplete;
        break;
      }
      return decoded;
    }
    if (text.size() - decoded.consumed < size) return decoded;
    absl::StrAppend(&decoded.content, text.substr(decoded.consumed, size));
    decoded.consumed += size;
    if (text.substr(decoded.consumed, 2) != "\r\n") break;
    decoded.consumed += 2;
  }
  decoded.end = End::kMalformed;
  return decoded;
}

Decoded Decode(absl::string_view text, Cuts cuts) {
  RequestParser parser(1024);
  parser.ParseHead("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  Decoded decoded;
  std::size_t read = 0;
  for (;;) {
    absl::string_view buffered = text.substr(decoded.consumed, read - decoded.consumed);
    absl::StatusOr<std::size_t> count = parser.DecodeBody(buffered, decoded.content);
    if (!count.ok()) {
      decoded.end = End::kMalformed;
      return decoded;
    }
    Require(*count <= buffered.size(), "no more is consumed than there is");
    decoded.consumed += *count;
    if (parser.body_complete()) {
      decoded.end = End::kComplete;
      return decoded;
    }
    if (*count > 0) continue;
    if (read == text.size()) return decoded;
    read = std::min(text.size(), read + cuts.Next());
  }
}

void CheckAsGiven(absl::string_view text, Cuts cuts) {
  Decoded decoded = Decode(text, cuts);
  Decoded other = Decode(text, Cuts(0));
  Require((decoded.end == End::kComplete) == (other.end == End::kComplete),
          "cuts make no difference to what is accepted", text);
  // What cannot become a chunk is known sooner in some cuts.
  if (decoded.end == End::kMalformed || other.end == End::kMalformed) return;
  RequireEqual(decoded.content, other.content, "cuts make no difference to the content");
  if (decoded.end == End::kIncomplete) return;
  Decoded grammar = DecodeByTheGrammar(text);
  Require(grammar.end == End::kComplete, "what is accepted is in the grammar", text);
  RequireEqual(decoded.content, grammar.content, "the content is the grammar's");
  Require(decoded.consumed == grammar.consumed, "the end is the grammar's", text);
}

// The input as content, in chunks.
void CheckEncoded(absl::string_view content, Cuts cuts) {
  std::string text;
  Cuts sizes = cuts;
  for (absl::string_view rest = content; !rest.empty();) {
    absl::string_view chunk = rest.substr(0, sizes.Next());
    absl::StrAppendFormat(&text, "%x\r\n%s\r\n", chunk.size(), chunk);
    rest.remove_prefix(chunk.size());
  }
  absl::StrAppend(&text, "0\r\n\r\n");
  Decoded decoded = Decode(absl::StrCat(text, "GET / HTTP/1.1\r\n"), cuts);
  Require(decoded.end == End::kComplete, "what was encoded is accepted", text);
  RequireEqual(decoded.content, content, "what was encoded is decoded");
  Require(decoded.consumed == text.size(), "the next request is left alone", text);
}

const Registration kTarget("chunked_coding", [](absl::string_view bytes) {
  Input input(bytes);
  Cuts cuts(input.TakeByte());
  CheckAsGiven(input.rest(), cuts);
  CheckEncoded(input.rest(), cuts);
});

}  // namespace
}  // namespace triad::fuzz

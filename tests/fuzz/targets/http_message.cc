// Heads and bodies of HTTP/1.1 requests, as one connection after another brings them.
#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/http/parser/request_parser.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using http::RequestHead;
using http::RequestParser;
using Result = RequestParser::Result;

// More than any input has, so that no head is too long in one cut and not in another.
constexpr std::size_t kMaxHead = std::size_t{1} << 20;

bool IsOneLine(absl::string_view text) {
  return text.find_first_of(absl::string_view("\r\n\0", 3)) == absl::string_view::npos;
}

std::string Format(const RequestHead& head) {
  std::string text =
      absl::StrCat(head.method, " ", head.target, " HTTP/1.", head.minor_version, "\r\n");
  for (const auto& [name, value] : head.headers) absl::StrAppend(&text, name, ": ", value, "\r\n");
  return absl::StrCat(text, "\r\n");
}

void CheckHead(const RequestHead& head) {
  std::string text = Format(head);
  Require(!head.method.empty() && IsOneLine(head.method), "a method is a word", text);
  Require(head.target == "*" || absl::StartsWith(head.target, "/"), "a target begins with /", text);
  Require(IsOneLine(head.target) && !absl::StrContains(head.target, ' '), "a target is a word",
          text);
  Require(head.minor_version == 0 || head.headers.Count("host") == 1, "there is one Host", text);
  Require(!head.chunked || !head.content_length, "a body has one length", text);
  Require(head.headers.Count("content-length") <= 1, "a length is told once", text);
  Require(head.chunked == (head.headers.Count("transfer-encoding") > 0), "codings are seen", text);
  Require(head.content_length.has_value() == (head.headers.Count("content-length") > 0),
          "lengths are seen", text);
  for (const auto& [name, value] : head.headers) {
    Require(!name.empty() && IsOneLine(name) && IsOneLine(value), "a field is one line", text);
  }
}

// A head that is written as it was understood is understood in the same way.
void CheckReformatted(const RequestHead& head) {
  std::string text = Format(head);
  RequestParser parser(kMaxHead);
  RequestParser::Parsed parsed = parser.ParseHead(text);
  Require(parsed.result == Result::kComplete, "a head is accepted as it was read", text);
  Require(parsed.consumed == text.size(), "a head ends where it did", text);
  RequireEqual(Format(parser.TakeHead()), text, "a head is read alike twice");
}

// A connection that reads what it is given in pieces.
class Reader {
 public:
  // False once the connection is of no more use.
  bool Add(absl::string_view piece) {
    absl::StrAppend(&buffered_, piece);
    while (usable_) {
      std::size_t before = buffered_.size();
      bool had_head = has_head_;
      has_head_ ? ReadBody() : ReadHead();
      if (buffered_.size() == before && has_head_ == had_head) break;
    }
    return usable_;
  }

  // What was understood: every head, every whole body, and a refusal of a head.
  const std::string& transcript() const { return transcript_; }
  // Not after a refusal, nor after a body that is not well-formed.
  bool usable() const { return usable_; }
  // What there is of the next message.
  std::string Rest() const { return absl::StrCat(body_, "|", buffered_); }

 private:
  void ReadHead() {
    RequestParser::Parsed parsed = parser_.ParseHead(buffered_);
    Consume(parsed.consumed);
    if (parsed.result == Result::kIncomplete) return;
    if (parsed.result == Result::kRefused) {
      const http::Refusal& refusal = parser_.refusal();
      Require(refusal.status >= 400 && refusal.status < 600, "a refusal is an error");
      Require(IsOneLine(refusal.message), "a refusal is one line", refusal.message);
      absl::StrAppend(&transcript_, "refused ", refusal.status, " ", refusal.message, "\n");
      usable_ = false;
      return;
    }
    RequestHead head = parser_.TakeHead();
    CheckHead(head);
    CheckReformatted(head);
    absl::StrAppend(&transcript_, Format(head), parser_.keep_alive(), parser_.expects_continue());
    has_head_ = true;
  }

  void ReadBody() {
    if (!parser_.body_complete()) {
      absl::StatusOr<std::size_t> count = parser_.DecodeBody(buffered_, body_);
      if (!count.ok()) {
        usable_ = false;
        return;
      }
      Consume(*count);
    }
    if (!parser_.body_complete()) return;
    absl::StrAppend(&transcript_, body_, "\n");
    body_.clear();
    parser_.Reset();
    has_head_ = false;
  }

  void Consume(std::size_t count) {
    Require(count <= buffered_.size(), "no more is consumed than there is");
    buffered_.erase(0, count);
  }

  RequestParser parser_{kMaxHead};
  std::string buffered_;
  std::string body_;
  std::string transcript_;
  bool has_head_ = false;
  bool usable_ = true;
};

const Registration kTarget("http_message", [](absl::string_view bytes) {
  Input input(bytes);
  Cuts cuts(input.TakeByte());
  Reader at_once;
  at_once.Add(input.rest());
  Reader in_pieces;
  for (absl::string_view rest = input.rest(); !rest.empty();) {
    absl::string_view piece = rest.substr(0, cuts.Next());
    if (!in_pieces.Add(piece)) break;
    rest.remove_prefix(piece.size());
  }
  RequireEqual(in_pieces.transcript(), at_once.transcript(), "cuts make no difference");
  // A chunk that cannot become one is known sooner in some cuts, but taken in none.
  if (!in_pieces.usable() || !at_once.usable()) return;
  RequireEqual(in_pieces.Rest(), at_once.Rest(), "cuts make no difference to what is open");
});

}  // namespace
}  // namespace triad::fuzz

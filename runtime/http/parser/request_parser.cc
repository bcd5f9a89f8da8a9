#include "runtime/http/parser/request_parser.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/http/parser/message_parser.h"

namespace triad::http {

struct RequestParser::Impl {
  // Finds the empty line that ends a head, looking at each byte once.
  Result Scan(absl::string_view text) {
    while (scanned < text.size()) {
      if (scanned == line && (text[line] == ' ' || text[line] == '\t')) {
        return Refuse(400, "a line starts with white space; folded headers are not accepted");
      }
      const void* found = std::memchr(text.data() + scanned, '\n', text.size() - scanned);
      if (found == nullptr) {
        scanned = text.size();
        break;
      }
      auto feed = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
      if (feed == line || text[feed - 1] != '\r') {
        return Refuse(400, "a line does not end with CR LF");
      }
      bool empty_line = feed == line + 1;
      scanned = line = feed + 1;
      if (empty_line) return Result::kComplete;
    }
    return Result::kIncomplete;
  }

  Result Refuse(int status, std::string message) {
    refusal = {status, std::move(message)};
    return Result::kRefused;
  }

  // The first bytes already tell who speaks something else, such as TLS.
  static bool StartsLikeRequest(absl::string_view text) {
    return absl::ascii_isprint(static_cast<unsigned char>(text.front())) && text.front() != ' ';
  }

  Result Parse(absl::string_view text) {
    if (absl::StartsWith(text, "PRI * HTTP/2.0\r\n")) {
      return Refuse(400, "HTTP/2 is not spoken here; use HTTP/1.1");
    }
    std::string as_spoken;
    if (std::optional<std::size_t> version = VersionOf(text)) {
      if (text[*version] != '1') return Refuse(505, "only HTTP/1 is spoken here");
      if (text[*version + 2] > '1') {
        as_spoken = std::string(text);
        as_spoken[*version + 2] = '1';
        text = as_spoken;
      }
    }
    auto why = message->ParseHead(text);
    return why ? Refuse(why->status, why->message) : Result::kComplete;
  }

  // Where in a head the digits of "HTTP/1.1" begin, if its first line ends so. A minor
  // version that is not known is served as the highest one that is (RFC 9110, 2.5).
  static std::optional<std::size_t> VersionOf(absl::string_view text) {
    constexpr absl::string_view kName = " HTTP/";
    absl::string_view line = text.substr(0, text.find("\r\n"));
    std::size_t digits = line.size() < 3 ? 0 : line.size() - 3;
    bool is_version = absl::EndsWith(line.substr(0, digits), kName) &&
                      absl::ascii_isdigit(line[digits]) && line[digits + 1] == '.' &&
                      absl::ascii_isdigit(line[digits + 2]);
    return is_version ? std::optional<std::size_t>(digits) : std::nullopt;
  }

  std::size_t max_head_bytes = 0;
  std::size_t scanned = 0;  // bytes that Scan has seen
  std::size_t line = 0;     // where its current line starts
  std::uint64_t remaining = 0;
  std::optional<MessageParser> message;
  Refusal refusal;
};

RequestParser::RequestParser(std::size_t max_head_bytes) : impl_(std::make_unique<Impl>()) {
  impl_->max_head_bytes = max_head_bytes;
  Reset();
}

RequestParser::~RequestParser() = default;

void RequestParser::Reset() {
  impl_->scanned = impl_->line = 0;
  impl_->remaining = 0;
  impl_->message.emplace();
}

RequestParser::Parsed RequestParser::ParseHead(absl::string_view buffered) {
  std::size_t consumed = 0;
  // RFC 9112, 2.2: empty lines before a request are skipped.
  while (impl_->scanned == 0 && absl::StartsWith(buffered.substr(consumed), "\r\n")) consumed += 2;
  absl::string_view text = buffered.substr(consumed);
  if (text.empty() || text == "\r") return {Result::kIncomplete, consumed};
  if (!Impl::StartsLikeRequest(text)) {
    return {impl_->Refuse(400, "this port speaks HTTP/1.1 without TLS"), consumed};
  }
  Result result = impl_->Scan(text);
  std::size_t length = result == Result::kComplete ? impl_->scanned : text.size();
  if (result != Result::kRefused && length > impl_->max_head_bytes) {
    std::string message =
        absl::StrCat("the head of the request exceeds ", impl_->max_head_bytes, " bytes");
    return {impl_->Refuse(431, std::move(message)), consumed};
  }
  if (result != Result::kComplete) return {result, consumed};
  Result parsed = impl_->Parse(text.substr(0, length));
  if (parsed == Result::kComplete) {
    impl_->remaining = impl_->message->head().content_length.value_or(0);
  }
  return {parsed, consumed + length};
}

RequestHead RequestParser::TakeHead() { return std::move(impl_->message->head()); }
bool RequestParser::keep_alive() const { return impl_->message->keep_alive(); }
bool RequestParser::expects_continue() const {
  return impl_->message->expects_continue() && !body_complete();
}
const Refusal& RequestParser::refusal() const { return impl_->refusal; }

bool RequestParser::body_complete() const {
  return impl_->message->chunked() ? impl_->message->is_done() : impl_->remaining == 0;
}

std::uint64_t RequestParser::body_remaining() const { return impl_->remaining; }

absl::StatusOr<std::size_t> RequestParser::DecodeBody(absl::string_view buffered,
                                                      std::string& piece) {
  if (body_complete() || buffered.empty()) return 0;
  if (impl_->message->chunked()) return impl_->message->DecodeChunks(buffered, piece);
  auto count = static_cast<std::size_t>(std::min<std::uint64_t>(buffered.size(), impl_->remaining));
  piece.append(buffered.data(), count);
  impl_->remaining -= count;
  return count;
}

}  // namespace triad::http

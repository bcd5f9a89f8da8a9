#include "runtime/http/parser/request_parser.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::http {

namespace {

// The first bytes already tell who speaks something else, such as TLS.
bool StartsLikeRequest(absl::string_view text) {
  return absl::ascii_isprint(static_cast<unsigned char>(text.front())) && text.front() != ' ';
}

// Where in a head the digits of "HTTP/1.1" begin, if its first line ends so.
std::optional<std::size_t> VersionOf(absl::string_view text) {
  absl::string_view line = text.substr(0, text.find("\r\n"));
  std::size_t digits = line.size() < 3 ? 0 : line.size() - 3;
  bool is_version = absl::EndsWith(line.substr(0, digits), " HTTP/") &&
                    absl::ascii_isdigit(line[digits]) && line[digits + 1] == '.' &&
                    absl::ascii_isdigit(line[digits + 2]);
  return is_version ? std::optional<std::size_t>(digits) : std::nullopt;
}

}  // namespace

void RequestParser::Reset() {
  scanned_ = line_ = 0;
  remaining_ = 0;
  message_.emplace(max_head_fields_);
}

RequestParser::Result RequestParser::Scan(absl::string_view text) {
  while (scanned_ < text.size()) {
    if (scanned_ == line_ && (text[line_] == ' ' || text[line_] == '\t')) {
      return Refuse(400, "a line starts with white space; folded headers are not accepted");
    }
    const void* found = std::memchr(text.data() + scanned_, '\n', text.size() - scanned_);
    if (found == nullptr) {
      scanned_ = text.size();
      break;
    }
    auto feed = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    if (feed == line_ || text[feed - 1] != '\r') {
      return Refuse(400, "a line does not end with CR LF");
    }
    bool empty_line = feed == line_ + 1;
    scanned_ = line_ = feed + 1;
    if (empty_line) return Result::kComplete;
  }
  return Result::kIncomplete;
}

RequestParser::Result RequestParser::Refuse(int status, std::string message) {
  refusal_ = {status, std::move(message)};
  return Result::kRefused;
}

RequestParser::Result RequestParser::Parse(absl::string_view text) {
  if (absl::StartsWith(text, "PRI * HTTP/2.0\r\n")) {
    return Refuse(400, "HTTP/2 is not spoken here; use HTTP/1.1");
  }
  std::string as_spoken;
  if (std::optional<std::size_t> version = VersionOf(text)) {
    if (text[*version] != '1') return Refuse(505, "only HTTP/1 is spoken here");
    // A minor version that is not known is served as the highest one that is (RFC 9110,
    // section 2.5).
    if (text[*version + 2] > '1') {
      as_spoken = std::string(text);
      as_spoken[*version + 2] = '1';
      text = as_spoken;
    }
  }
  if (auto why = message_->ParseHead(text)) return Refuse(why->status, why->message);
  remaining_ = message_->head().content_length.value_or(0);
  return Result::kComplete;
}

RequestParser::Parsed RequestParser::ParseHead(absl::string_view buffered) {
  std::size_t consumed = 0;
  // RFC 9112, 2.2: empty lines before a request are skipped.
  while (scanned_ == 0 && absl::StartsWith(buffered.substr(consumed), "\r\n")) consumed += 2;
  absl::string_view text = buffered.substr(consumed);
  if (text.empty() || text == "\r") return {Result::kIncomplete, consumed};
  if (!StartsLikeRequest(text)) {
    return {Refuse(400, "this port speaks HTTP/1.1 without TLS"), consumed};
  }
  Result result = Scan(text);
  std::size_t length = result == Result::kComplete ? scanned_ : text.size();
  if (result != Result::kRefused && length > max_head_bytes_) {
    std::string message =
        absl::StrCat("the head of the request exceeds ", max_head_bytes_, " bytes");
    return {Refuse(431, std::move(message)), consumed};
  }
  if (result != Result::kComplete) return {result, consumed};
  return {Parse(text.substr(0, length)), consumed + length};
}

absl::StatusOr<std::size_t> RequestParser::DecodeBody(absl::string_view buffered,
                                                      std::string& piece) {
  if (body_complete() || buffered.empty()) return 0;
  if (message_->chunked()) return message_->DecodeChunks(buffered, piece);
  auto count = static_cast<std::size_t>(std::min<std::uint64_t>(buffered.size(), remaining_));
  piece.append(buffered.data(), count);
  remaining_ -= count;
  return count;
}

bool RequestParser::PassBody(std::size_t size) {
  if (message_->chunked() || size > remaining_) return false;
  remaining_ -= size;
  return true;
}

}  // namespace triad::http

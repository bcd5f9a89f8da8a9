#include "runtime/http/request_parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::http {
namespace {

namespace beast = boost::beast;
using ErrorCode = beast::error_code;

// Longest method; those of all registries are shorter.
constexpr std::size_t kMaxMethod = 32;
// "0" CR LF CR LF.
constexpr std::size_t kLastChunk = 5;
constexpr std::size_t kMaxChunkExtensions = 1024;
// Longest line of a chunk's size, and longest trailer.
constexpr std::size_t kMaxChunkHeader = 16 * 1024;

absl::string_view ToAbsl(beast::string_view text) { return {text.data(), text.size()}; }

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
}

// What Beast's errors mean for the client.
Refusal RefusalFor(const ErrorCode& error) {
  using Code = beast::http::error;
  struct Row {
    Code code;
    const char* message;
  };
  static constexpr Row kRows[] = {
      {Code::bad_method, "the method is not a token"},
      {Code::bad_target, "the request target holds a character that must be percent-encoded"},
      {Code::bad_version, "only HTTP/1.0 and HTTP/1.1 are spoken here"},
      {Code::bad_field, "a header name is not a token followed by a colon"},
      {Code::bad_value, "a header value holds a control character"},
      {Code::bad_line_ending, "a line does not end with CR LF"},
      {Code::bad_content_length, "Content-Length is malformed, repeated or in conflict"},
      {Code::bad_transfer_encoding, "Transfer-Encoding is repeated or meets a Content-Length"},
  };
  for (const Row& row : kRows) {
    if (error == row.code) return {400, row.message};
  }
  return {400, "the request cannot be read as HTTP/1.1"};
}

// reg-name, IP literals and port of RFC 3986, without user information.
bool IsHost(absl::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           absl::StrContains("-._~%!$&'()*+;=:[]", absl::string_view(&c, 1));
  });
}

// Beast's state machine, feeding a RequestHead. One per message.
class MessageParser final : public beast::http::basic_parser<true> {
 public:
  // Not `none`, which Beast 1.74 compares as less than any length.
  MessageParser() { body_limit(std::numeric_limits<std::uint64_t>::max()); }

  RequestHead head;
  std::optional<Refusal> refusal;
  std::string* piece = nullptr;  // where body bytes go while decoding
  bool expects_continue = false;
  std::uint64_t chunk_remaining = 0;

 private:
  void Refuse(int status, std::string message, ErrorCode& error) {
    refusal = Refusal{status, std::move(message)};
    error = beast::http::error::bad_value;
  }

  void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target,
                       int version, ErrorCode& error) override {
    if (method.size() > kMaxMethod) return Refuse(501, "the method is not known", error);
    if (std::any_of(target.begin(), target.end(), [](char c) {
          return IsControl(c) || static_cast<unsigned char>(c) >= 0x80 || c == '#';
        })) {
      error = beast::http::error::bad_target;
      return;
    }
    head.method = std::string(method);
    head.target = std::string(target);
    head.minor_version = version - 10;
  }

  void on_field_impl(beast::http::field field, beast::string_view name, beast::string_view value,
                     ErrorCode& error) override {
    if (head_done_) return;  // trailers are read and forgotten
    switch (field) {
      case beast::http::field::host:
        return OnHost(ToAbsl(value), error) ? Keep(name, value) : void();
      case beast::http::field::content_length:
        if (head.headers.Count("content-length") > 0 || value.find(',') != value.npos) {
          error = beast::http::error::bad_content_length;
          return;
        }
        return Keep(name, value);
      case beast::http::field::transfer_encoding:
        if (head.minor_version == 0 || !absl::EqualsIgnoreCase(ToAbsl(value), "chunked")) {
          return Refuse(400, "Transfer-Encoding must be just 'chunked', in HTTP/1.1", error);
        }
        return Keep(name, value);
      case beast::http::field::expect:
        if (!absl::EqualsIgnoreCase(ToAbsl(value), "100-continue")) {
          return Refuse(417, "Expect must be 100-continue", error);
        }
        expects_continue = head.minor_version >= 1;
        return Keep(name, value);
      default:
        return Keep(name, value);
    }
  }

  void Keep(beast::string_view name, beast::string_view value) {
    head.headers.Add(std::string(name), std::string(value));
  }

  bool OnHost(absl::string_view value, ErrorCode& error) {
    if (head.headers.Count("host") > 0) {
      Refuse(400, "there is more than one Host", error);
    } else if (!IsHost(value)) {
      Refuse(400, "Host is not a host name with an optional port", error);
    }
    return !error;
  }

  void on_header_impl(ErrorCode& error) override {
    head_done_ = true;
    if (head.minor_version >= 1 && head.headers.Count("host") == 0) {
      return Refuse(400, "HTTP/1.1 requires a Host", error);
    }
    CheckTarget(error);
    head.chunked = chunked();
    if (const auto length = content_length()) head.content_length = *length;
  }

  // request-target = origin-form / absolute-form / "*" of OPTIONS
  // The authority of an absolute-form counts more than Host (RFC 9112, 3.2.2).
  void CheckTarget(ErrorCode& error) {
    if (head.target.front() == '/') return;
    if (head.target == "*" && head.method == "OPTIONS") return;
    absl::string_view rest = head.target;
    for (absl::string_view scheme : {"http://", "https://"}) {
      if (!absl::StartsWithIgnoreCase(rest, scheme)) continue;
      rest.remove_prefix(scheme.size());
      const absl::string_view authority = rest.substr(0, rest.find_first_of("/?"));
      if (authority.empty() || !IsHost(authority)) break;
      rest.remove_prefix(authority.size());
      head.headers.Set("Host", std::string(authority));
      head.target = absl::StrCat(absl::StartsWith(rest, "/") ? "" : "/", rest);
      return;
    }
    Refuse(400, "the request target must start with '/'", error);
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}

  std::size_t on_body_impl(beast::string_view body, ErrorCode&) override {
    piece->append(body.data(), body.size());
    return body.size();
  }

  // A line feed inside a quoted extension ends the line for some readers.
  void on_chunk_header_impl(std::uint64_t size, beast::string_view extensions,
                            ErrorCode& error) override {
    chunk_remaining = size;
    if (extensions.size() > kMaxChunkExtensions ||
        std::any_of(extensions.begin(), extensions.end(),
                    [](char c) { return IsControl(c) && c != '\t'; })) {
      error = beast::http::error::bad_chunk_extension;
    }
  }

  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, ErrorCode&) override {
    chunk_remaining -= body.size();
    piece->append(body.data(), body.size());
    return body.size();
  }

  void on_response_impl(int, beast::string_view, int, ErrorCode&) override {}
  void on_finish_impl(ErrorCode&) override {}

  bool head_done_ = false;
};

}  // namespace

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
      const auto feed = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
      if (feed == line || text[feed - 1] != '\r') {
        return Refuse(400, "a line does not end with CR LF");
      }
      const bool empty_line = feed == line + 1;
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
    message->header_limit(static_cast<std::uint32_t>(text.size()));
    message->eager(false);
    ErrorCode error;
    message->put(boost::asio::const_buffer(text.data(), text.size()), error);
    if (!error && message->is_header_done()) return Result::kComplete;
    const Refusal why = message->refusal ? *message->refusal : RefusalFor(error);
    return Refuse(why.status, why.message);
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

RequestParser::Result RequestParser::ParseHead(absl::string_view buffered, std::size_t& consumed) {
  consumed = 0;
  // RFC 9112, 2.2: empty lines before a request are skipped.
  while (impl_->scanned == 0 && absl::StartsWith(buffered.substr(consumed), "\r\n")) consumed += 2;
  const absl::string_view text = buffered.substr(consumed);
  if (text.empty() || text == "\r") return Result::kIncomplete;
  if (!Impl::StartsLikeRequest(text)) {
    return impl_->Refuse(400, "this port speaks HTTP/1.1 without TLS");
  }
  const Result result = impl_->Scan(text);
  const std::size_t length = result == Result::kComplete ? impl_->scanned : text.size();
  if (result != Result::kRefused && length > impl_->max_head_bytes) {
    return impl_->Refuse(
        431, absl::StrCat("the head of the request exceeds ", impl_->max_head_bytes, " bytes"));
  }
  if (result != Result::kComplete) return result;
  const Result parsed = impl_->Parse(text.substr(0, length));
  consumed += length;
  if (parsed == Result::kComplete) {
    impl_->remaining = impl_->message->head.content_length.value_or(0);
  }
  return parsed;
}

RequestHead RequestParser::TakeHead() { return std::move(impl_->message->head); }
bool RequestParser::keep_alive() const { return impl_->message->keep_alive(); }
bool RequestParser::expects_continue() const {
  return impl_->message->expects_continue && !body_complete();
}
const Refusal& RequestParser::refusal() const { return impl_->refusal; }

bool RequestParser::body_complete() const {
  return impl_->message->chunked() ? impl_->message->is_done() : impl_->remaining == 0;
}

std::uint64_t RequestParser::body_remaining() const { return impl_->remaining; }

absl::StatusOr<std::size_t> RequestParser::DecodeBody(absl::string_view buffered,
                                                      std::string& piece) {
  if (body_complete() || buffered.empty()) return 0;
  MessageParser& message = *impl_->message;
  if (!message.chunked()) {
    const std::size_t count =
        static_cast<std::size_t>(std::min<std::uint64_t>(buffered.size(), impl_->remaining));
    piece.append(buffered.data(), count);
    impl_->remaining -= count;
    return count;
  }
  // Between chunks nothing is shorter than a last chunk. Beast asserts that it
  // does not come back with less.
  if (message.chunk_remaining == 0 && buffered.size() < kLastChunk) return 0;
  message.piece = &piece;
  message.eager(true);
  ErrorCode error;
  const std::size_t count =
      message.put(boost::asio::const_buffer(buffered.data(), buffered.size()), error);
  if (error && error != beast::http::error::need_more) {
    return absl::InvalidArgumentError("the body is not well-formed chunked coding");
  }
  if (count == 0 && buffered.size() > kMaxChunkHeader) {
    return absl::InvalidArgumentError("the header of a chunk is too long");
  }
  return count;
}

}  // namespace triad::http

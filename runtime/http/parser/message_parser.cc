#include "runtime/http/parser/message_parser.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace triad::http {
namespace {

namespace beast = boost::beast;
using beast::http::error;
using beast::http::field;

// Longest method; those of all registries are shorter.
constexpr std::size_t kMaxMethod = 32;
// "0" CR LF CR LF.
constexpr std::size_t kLastChunk = 5;
constexpr std::size_t kMaxChunkExtensions = 1024;
// Of all chunks of a body: nothing reads them, so they are only a way to make work.
constexpr std::size_t kMaxBodyExtensions = 16 * 1024;
// Longest line of a chunk's size, and longest trailer.
constexpr std::size_t kMaxChunkHeader = 16 * 1024;

absl::string_view ToAbsl(beast::string_view text) { return {text.data(), text.size()}; }

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
}

// What Beast's errors mean for the client.
Refusal RefusalFor(const beast::error_code& code) {
  struct Row {
    error code;
    const char* message;
  };
  static constexpr Row kRows[] = {
      {error::bad_method, "the method is not a token"},
      {error::bad_target, "the request target holds a character that must be percent-encoded"},
      {error::bad_version, "only HTTP/1.0 and HTTP/1.1 are spoken here"},
      {error::bad_field, "a header name is not a token followed by a colon"},
      {error::bad_value, "a header value holds a control character"},
      {error::bad_line_ending, "a line does not end with CR LF"},
      {error::bad_content_length, "Content-Length is malformed, repeated or in conflict"},
      {error::bad_transfer_encoding, "Transfer-Encoding is repeated or meets a Content-Length"},
  };
  for (const Row& row : kRows) {
    if (code == row.code) return {400, row.message};
  }
  return {400, "the request cannot be read as HTTP/1.1"};
}

bool ConsistsOf(absl::string_view text, bool (*is_legal)(unsigned char), absl::string_view others) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_legal(static_cast<unsigned char>(c)) || absl::StrContains(others, c);
  });
}

// uri-host [ ":" port ] of RFC 9110, section 7.2: a name, or an address in brackets. A
// port may be empty.
bool IsHost(absl::string_view authority) {
  bool literal = absl::ConsumePrefix(&authority, "[");
  absl::string_view host = authority.substr(0, authority.find(literal ? ']' : ':'));
  absl::string_view port = authority.substr(host.size());
  if (literal && !absl::ConsumePrefix(&port, "]")) return false;
  if (!port.empty() && !absl::ConsumePrefix(&port, ":")) return false;
  return ConsistsOf(host, absl::ascii_isalnum, literal ? ":." : "-._~%!$&'()*+;=") &&
         ConsistsOf(port, absl::ascii_isdigit, "");
}

absl::Status MalformedChunk() {
  return absl::InvalidArgumentError("the body is not well-formed chunked coding");
}

// Whether more bytes could make this the beginning of a chunk: the end of the
// line of the one before, if any, then
//   chunk-size = 1*HEXDIG, followed by an extension or the end of the line.
bool MayBeginChunk(absl::string_view bytes) {
  absl::ConsumePrefix(&bytes, "\r\n");
  if (bytes.empty() || bytes == "\r") return true;
  if (!absl::ascii_isxdigit(static_cast<unsigned char>(bytes.front()))) return false;
  bytes.remove_prefix(std::min(bytes.size(), bytes.find_first_not_of("0123456789abcdefABCDEF")));
  return bytes.empty() || bytes.front() == ';' || bytes == "\r" || absl::StartsWith(bytes, "\r\n");
}

}  // namespace

MessageParser::MessageParser(std::size_t max_fields) : max_fields_(max_fields) {
  // Not `none`, which Beast 1.74 compares as less than any length.
  body_limit(std::numeric_limits<std::uint64_t>::max());
}

std::optional<Refusal> MessageParser::ParseHead(absl::string_view text) {
  header_limit(static_cast<std::uint32_t>(text.size()));
  eager(false);
  ErrorCode code;
  put(boost::asio::const_buffer(text.data(), text.size()), code);
  if (!code && is_header_done()) return std::nullopt;
  return refusal_ ? *refusal_ : RefusalFor(code);
}

absl::StatusOr<std::size_t> MessageParser::DecodeChunks(absl::string_view buffered,
                                                        std::string& piece) {
  // Between chunks nothing is shorter than a last chunk. Beast asserts that it
  // does not come back with less.
  if (chunk_remaining_ == 0 && buffered.size() < kLastChunk) {
    if (MayBeginChunk(buffered)) return 0;
    return MalformedChunk();
  }
  piece_ = &piece;
  eager(true);
  ErrorCode code;
  std::size_t count = put(boost::asio::const_buffer(buffered.data(), buffered.size()), code);
  if (code && code != error::need_more) return MalformedChunk();
  if (count == 0 && buffered.size() > kMaxChunkHeader) {
    return absl::InvalidArgumentError("the header of a chunk is too long");
  }
  return count;
}

void MessageParser::Refuse(int status, std::string message, ErrorCode& code) {
  refusal_ = Refusal{status, std::move(message)};
  code = error::bad_value;
}

void MessageParser::on_request_impl(beast::http::verb, View method, View target, int version,
                                    ErrorCode& code) {
  if (method.size() > kMaxMethod) return Refuse(501, "the method is not known", code);
  if (std::any_of(target.begin(), target.end(), [](char c) {
        return IsControl(c) || static_cast<unsigned char>(c) >= 0x80 || c == '#';
      })) {
    code = error::bad_target;
    return;
  }
  head_.method = std::string(method);
  head_.target = std::string(target);
  head_.minor_version = version - 10;
}

void MessageParser::on_field_impl(field name, View name_text, View value, ErrorCode& code) {
  if (head_done_) return;  // trailers are read and forgotten
  if (head_.headers.size() == max_fields_) {
    return Refuse(431, absl::StrCat("the request has over ", max_fields_, " header fields"), code);
  }
  if (name == field::host) {
    CheckHost(ToAbsl(value), code);
  } else if (name == field::content_length) {
    bool repeated = head_.headers.Count("content-length") > 0;
    if (repeated || value.find(',') != value.npos) code = error::bad_content_length;
  } else if (name == field::transfer_encoding) {
    if (head_.minor_version == 0 || !absl::EqualsIgnoreCase(ToAbsl(value), "chunked")) {
      Refuse(400, "Transfer-Encoding must be just 'chunked', in HTTP/1.1", code);
    }
  } else if (name == field::expect) {
    if (!absl::EqualsIgnoreCase(ToAbsl(value), "100-continue")) {
      Refuse(417, "Expect must be 100-continue", code);
    }
    expects_continue_ = head_.minor_version >= 1;
  }
  if (!code) head_.headers.Add(std::string(name_text), std::string(value));
}

void MessageParser::CheckHost(absl::string_view value, ErrorCode& code) {
  if (head_.headers.Count("host") > 0) {
    Refuse(400, "there is more than one Host", code);
  } else if (!IsHost(value)) {
    Refuse(400, "Host is not a host name with an optional port", code);
  }
}

void MessageParser::on_header_impl(ErrorCode& code) {
  head_done_ = true;
  if (head_.minor_version >= 1 && head_.headers.Count("host") == 0) {
    return Refuse(400, "HTTP/1.1 requires a Host", code);
  }
  CheckTarget(code);
  head_.chunked = chunked();
  if (auto length = content_length()) head_.content_length = *length;
}

// request-target = origin-form / absolute-form / "*" of OPTIONS
// The authority of an absolute-form counts more than Host (RFC 9112, 3.2.2).
void MessageParser::CheckTarget(ErrorCode& code) {
  if (head_.target.front() == '/') return;
  if (head_.target == "*" && head_.method == "OPTIONS") return;
  absl::string_view rest = head_.target;
  for (absl::string_view scheme : {"http://", "https://"}) {
    if (!absl::StartsWithIgnoreCase(rest, scheme)) continue;
    rest.remove_prefix(scheme.size());
    absl::string_view authority = rest.substr(0, rest.find_first_of("/?"));
    if (authority.empty() || !IsHost(authority)) break;
    rest.remove_prefix(authority.size());
    head_.headers.Set("Host", std::string(authority));
    head_.target = absl::StrCat(absl::StartsWith(rest, "/") ? "" : "/", rest);
    return;
  }
  Refuse(400, "the request target must start with '/'", code);
}

// A line feed inside a quoted extension ends the line for some readers, and white space
// before an extension is a part of the size for others: MayBeginChunk refuses it, too.
void MessageParser::on_chunk_header_impl(std::uint64_t size, View extensions, ErrorCode& code) {
  chunk_remaining_ = size;
  extension_bytes_ += extensions.size();
  bool begins_badly = !extensions.empty() && extensions.front() != ';';
  if (begins_badly || extensions.size() > kMaxChunkExtensions ||
      extension_bytes_ > kMaxBodyExtensions ||
      std::any_of(extensions.begin(), extensions.end(),
                  [](char c) { return IsControl(c) && c != '\t'; })) {
    code = error::bad_chunk_extension;
  }
}

std::size_t MessageParser::on_chunk_body_impl(std::uint64_t, View body, ErrorCode&) {
  chunk_remaining_ -= body.size();
  piece_->append(body.data(), body.size());
  return body.size();
}

}  // namespace triad::http

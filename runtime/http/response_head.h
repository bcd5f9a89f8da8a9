// Lays out the head of a response.
#pragma once

#include <cstdint>
#include <ctime>
#include <string>

#include "absl/strings/string_view.h"
#include "runtime/http/parser/message.h"

namespace triad::http {

// "Sat, 21 Nov 2026 09:15:00 GMT", laid out once a second. Not thread-safe.
class DateText {
 public:
  absl::string_view Now();

 private:
  std::time_t second_ = -1;
  char text_[32] = {};
};

enum class Framing { kLength, kChunked, kUntilClose, kNone };
// What Connection says; the default of the client's version is not repeated.
enum class Persistence { kDefault, kKeepAlive, kClose };

// Appends status line, Date, the fields of `head`, framing and Connection, and
// the empty line. Fields that are the server's own (Date, Connection,
// Content-Length, Transfer-Encoding) are left out; one with a character that
// would break the head is left out and logged.
void AppendResponseHead(const ResponseHead& head, Framing framing, std::uint64_t length,
                        Persistence persistence, absl::string_view date, std::string& out);

// An error as google.rpc.Status in JSON: {"code":3,"message":"…","details":[]}.
// `message` needs no escaping.
std::string ErrorBody(int http_status, absl::string_view message);

}  // namespace triad::http

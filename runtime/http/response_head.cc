#include "runtime/http/response_head.h"

#include <algorithm>
#include <boost/beast/http/status.hpp>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::http {
namespace {

bool IsOurs(absl::string_view name) {
  for (absl::string_view ours : {"date", "connection", "content-length", "transfer-encoding"}) {
    if (absl::EqualsIgnoreCase(name, ours)) return true;
  }
  return false;
}

bool BreaksHead(absl::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void AppendField(const Headers::Field& field, std::string& out) {
  const auto& [name, value] = field;
  if (IsOurs(name)) return;
  if (name.empty() || BreaksHead(name) || BreaksHead(value)) {
    log::Warning("response header left out: it would break the head", {{"header", name}});
    return;
  }
  absl::StrAppend(&out, name, ": ", value, "\r\n");
}

void AppendFraming(Framing framing, std::uint64_t length, std::string& out) {
  if (framing == Framing::kLength) absl::StrAppend(&out, "Content-Length: ", length, "\r\n");
  if (framing == Framing::kChunked) out += "Transfer-Encoding: chunked\r\n";
}

absl::StatusCode CodeOf(int http_status) {
  switch (http_status) {
    case 408:
      return absl::StatusCode::kDeadlineExceeded;
    case 501:
      return absl::StatusCode::kUnimplemented;
    case 503:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kInvalidArgument;
  }
}

}  // namespace

absl::string_view DateText::Now() {
  std::time_t now = std::time(nullptr);
  if (now != second_) {
    std::tm parts;
    gmtime_r(&now, &parts);
    std::strftime(text_, sizeof(text_), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    second_ = now;
  }
  return text_;
}

void AppendResponseHead(const ResponseHead& head, Framing framing, std::uint64_t length,
                        Persistence persistence, absl::string_view date, std::string& out) {
  auto reason = boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(head.status)));
  absl::StrAppend(&out, "HTTP/1.1 ", head.status, " ",
                  absl::string_view(reason.data(), reason.size()), "\r\nDate: ", date, "\r\n");
  for (const Headers::Field& field : head.headers) AppendField(field, out);
  AppendFraming(framing, length, out);
  if (persistence == Persistence::kClose) out += "Connection: close\r\n";
  if (persistence == Persistence::kKeepAlive) out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

std::string ErrorBody(int http_status, absl::string_view message) {
  return absl::StrCat("{\"code\":", static_cast<int>(CodeOf(http_status)), ",\"message\":\"",
                      message, "\",\"details\":[]}");
}

}  // namespace triad::http

#include "gateway/protocols/websocket/handshake.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

constexpr char kKey[] = "sec-websocket-key";
constexpr char kVersion[] = "sec-websocket-version";
constexpr char kProtocol[] = "sec-websocket-protocol";
constexpr std::size_t kKeyBytes = 16;

bool Lists(const http::Headers& headers, absl::string_view name, absl::string_view token) {
  std::vector<absl::string_view> list = headers.List(name);
  return std::any_of(list.begin(), list.end(), [&](absl::string_view element) {
    return absl::EqualsIgnoreCase(element, token);
  });
}

}  // namespace

bool AsksForWebSocket(const http::RequestHead& request) {
  return Lists(request.headers, "upgrade", "websocket");
}

bool HasWebSocketVersion(const http::RequestHead& request) {
  return request.headers.Find(kVersion).value_or("") == kWebSocketVersion;
}

absl::Status CheckHandshake(const http::RequestHead& request) {
  if (request.method != "GET" || request.minor_version == 0) {
    return absl::InvalidArgumentError("a WebSocket is asked for by GET of HTTP/1.1");
  }
  if (request.has_body()) {
    return InvalidField("content-length", "must not be there: the handshake has no body");
  }
  if (!Lists(request.headers, "connection", "upgrade")) {
    return InvalidField("connection", "must have `Upgrade`");
  }
  std::string key;
  bool is_key = request.headers.Count(kKey) == 1 &&
                absl::Base64Unescape(*request.headers.Find(kKey), &key) && key.size() == kKeyBytes;
  return is_key ? absl::OkStatus() : InvalidField(kKey, "must be 16 bytes in base64");
}

absl::StatusOr<std::size_t> ChooseSubprotocol(const http::RequestHead& request,
                                              absl::Span<const absl::string_view> known) {
  std::vector<absl::string_view> wanted = request.headers.List(kProtocol);
  if (wanted.empty()) return std::find(known.begin(), known.end(), "") - known.begin();
  for (absl::string_view name : wanted) {
    const auto* found = name.empty() ? known.end() : std::find(known.begin(), known.end(), name);
    if (found != known.end()) return found - known.begin();
  }
  return InvalidField(kProtocol, absl::StrCat("must have one of ", absl::StrJoin(known, " ")));
}

}  // namespace triad::gateway

// HTTP from the outside, with libcurl, and raw bytes over TCP for what libcurl
// would not send.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace triad::testing {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
  // Instead of `body`: the next piece, at most `limit` bytes; empty at the end.
  std::function<std::string(std::size_t limit)> read_body;
  long long body_size = -1;  // of read_body; -1 sends it chunked
  // Takes the reply's body piece by piece; false ends the transfer. Without it
  // the body is collected.
  std::function<bool(const char* data, std::size_t size)> on_body;
  // Bytes per second each way; 0 for no limit.
  long long rate = 0;
  Milliseconds timeout{600'000};
};

struct HttpResponse {
  int status = 0;  // 0: the transfer failed
  std::string error;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  // Throws with the body if it is not JSON.
  nlohmann::json json() const;
};

// Never throws for what the server does: look at status and error.
HttpResponse Send(HttpRequest request);
HttpResponse Get(const std::string& url, std::vector<std::string> headers = {});
HttpResponse Put(const std::string& url, const std::string& body,
                 std::vector<std::string> headers = {"Content-Type: application/json"});
HttpResponse Post(const std::string& url, const std::string& body = "",
                  std::vector<std::string> headers = {"Content-Type: application/json"});

// Sends again while the answer is 503. Each loop of the gateway has connections of its own:
// after a restart of a service one may serve, and say that it does, before another.
HttpResponse OnceServed(const std::function<HttpResponse()>& send);

// A TCP connection to "127.0.0.1:PORT", from any address in 127.0.0.0/8. Throws if it
// cannot be made.
class RawConnection {
 public:
  explicit RawConnection(const std::string& address, const std::string& from = "127.0.0.1");
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  // False once the peer has closed.
  bool Write(const std::string& bytes);
  // Writes as much as the peer takes at once. Returns how much that was.
  std::size_t TryWrite(const std::string& bytes);
  // Waits until what was read contains `text`, the peer closes, or patience
  // ends; returns all that was read since the start or the last Clear.
  std::string ReadUntil(const std::string& text, Milliseconds patience = kPatience);
  // Takes the next `count` bytes from what was read; fewer if the peer closes, or patience ends.
  std::string Take(std::size_t count);
  // Forgets what was read so far.
  void Clear() { received_.clear(); }
  // Waits for the peer to close; returns all that was read.
  std::string ReadAll();
  // Closes at once: with a reset if `reset`.
  void Close(bool reset = false);

 private:
  bool ReadSome(Milliseconds patience);
  int socket_ = -1;
  std::string received_;
};

}  // namespace triad::testing

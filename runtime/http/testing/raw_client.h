// A client that sends exactly the bytes a test wants.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "runtime/http/parser/message.h"

namespace triad::http {

// A whole response as it came.
struct RawResponse {
  int status = 0;
  Headers headers;
  std::string body;       // chunked coding removed
  bool complete = false;  // ended as its framing announced

  std::string header(absl::string_view name) const {
    return std::string(headers.Find(name).value_or(""));
  }
};

// One blocking connection to 127.0.0.1. Waits at most 10 seconds for anything.
class RawClient {
 public:
  // `receive_buffer`, if given, makes the client slow to take much. `from` is its own
  // address, which may be any in 127.0.0.0/8.
  explicit RawClient(int port, int receive_buffer = 0, const char* from = "127.0.0.1");
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // False if the server has closed.
  bool Send(absl::string_view bytes);
  // Sends without blocking; how many bytes went.
  std::size_t TrySend(absl::string_view bytes);
  // The next response. `head_request` says that it has no body whatever its
  // length. nullopt if the connection ended before a whole head.
  std::optional<RawResponse> Read(bool head_request = false);
  // Everything up to the end of the connection.
  std::string ReadToEnd();
  // Reads at most `count` bytes; fewer only at the end.
  std::string ReadBytes(std::size_t count);
  // True if the server has closed, also by a reset, and nothing came before.
  bool AtEnd();

  void ShutdownSend();
  // Closes with a reset.
  void Reset();
  void Close();

 private:
  bool Fill();
  std::optional<std::string> ReadLine();

  int descriptor_;
  std::string buffer_;
};

// Sends one request on a connection of its own.
std::optional<RawResponse> Fetch(int port, absl::string_view request);

}  // namespace triad::http

// A WebSocket's client that sends whatever it is told to, frame by frame.
#pragma once

#include <cstdint>
#include <string>

#include "tests/support/http.h"

namespace triad::gateway {

// Opcodes (RFC 6455, section 5.2).
enum Opcode { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

struct Frame {
  int opcode = -1;  // -1: the connection has ended
  std::string payload;
  bool is_last = true;
  bool is_deflated = false;
  // Of a close frame; 0 if it has none.
  int close_code() const;
};

class FrameClient {
 public:
  // Asks `address` for a WebSocket at `path`. `headers`: lines that end with CR LF.
  FrameClient(const std::string& address, const std::string& path, const std::string& headers = "");

  // The head of the answer.
  const std::string& head() const { return head_; }

  void Send(int opcode, const std::string& payload, bool is_last = true);
  void SendText(const std::string& payload) { Send(kText, payload); }
  void SendRaw(const std::string& bytes) { connection_.Write(bytes); }
  // The next frame.
  Frame Receive();
  // The payload of the next text; "" if something else comes.
  std::string ReceiveText();
  triad::testing::RawConnection& connection() { return connection_; }

  static std::string Masked(int first_byte, const std::string& payload);
  static std::string Handshake(const std::string& path, const std::string& headers);

 private:
  triad::testing::RawConnection connection_;
  std::string head_;
};

}  // namespace triad::gateway

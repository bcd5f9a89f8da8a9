// The answer of a call on a WebSocket.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "gateway/protocols/websocket/web_socket.h"
#include "gateway/proxy/answer/answer.h"

namespace triad::gateway {

// Each message is {"result":…} in a text, or itself in bytes. The last text is {"status":…}, a
// google.rpc.Status whatever it is; then the socket is closed with 1000, or 4000 and the code of
// the error. One message is held at a time.
class FrameAnswer final : public Answer {
 public:
  // `socket` outlives it; null if nothing is ever answered.
  FrameAnswer(Transaction& transaction, WebSocket* socket);

  void OnMessage(std::string message) override;
  void OnDone(const grpc_client::CallResult& result) override;
  void Fail(const grpc_client::CallResult& error) override;
  bool is_endless() const override { return true; }
  bool is_writing() const override { return writing_; }

 private:
  void OnConverted(absl::StatusOr<std::string> json);
  void Write(SocketMessage message);
  void OnWritten();
  void FinishWith(const absl::Status& status, absl::string_view details);
  void WriteStatus();

  WebSocket* const socket_;
  bool writing_ = false;
  bool converting_ = false;
  bool has_answered_ = false;
  bool ended_ = false;
  std::string status_json_;  // once it has ended
  SocketClose close_;
};

}  // namespace triad::gateway

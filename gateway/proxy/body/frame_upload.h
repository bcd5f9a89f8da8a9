// The messages that a client sends on a WebSocket.
#pragma once

#include <cstddef>
#include <string>

#include "gateway/protocols/websocket/web_socket.h"
#include "gateway/proxy/body/request_body.h"

namespace triad::gateway {

// Each is a message of the call: as a text in JSON, or in bytes as protobuf has it. An empty text
// says that none follows; the client goes on to hear. A method that takes no stream has its one
// message from path and query, or from the client where its rule has a body. The next message is
// read once flow control has let the one before out to the service.
class FrameUpload final : public RequestBody {
 public:
  // `socket` may be null: then Begin fails for lack of memory.
  FrameUpload(Transaction& transaction, WebSocket* socket);
  void Begin() override;

 private:
  void Read();
  void OnRead(absl::StatusOr<SocketMessage> message);
  void OnEnd();
  void CallWithFields();
  void Convert(SocketMessage message);
  void Send(absl::StatusOr<std::string> message);
  // Ends a socket that is of no more use.
  void OnLost(const absl::Status& status);

  WebSocket* const socket_;
  std::size_t number_ = 0;  // of the last message
  bool ended_ = false;      // none is to follow
};

}  // namespace triad::gateway

// Many server streams on one WebSocket, as a browser has few connections and a page many streams.
//
//   client   {"id":1,"get":"/api/v1/…:watch","headers":{"authorization":"…"},"after":"…"}
//            {"id":1,"cancel":true}
//   gateway  {"id":1,"data":…,"resume":"…"}    a message; `resume` if its route says how to
//            {"id":1,"resume":"…"}             how far the stream has come, and nothing else
//            {"id":1,"status":{"code":0,…}}    its end, a google.rpc.Status; the id is free again
//            {"heartbeat":true}                nothing was said for a while
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/protocols/websocket/web_socket.h"
#include "gateway/proxy/request/request_scope.h"
#include "gateway/proxy/shared_parts.h"
#include "runtime/http/exchange.h"
#include "runtime/io/weak_ptr.h"

namespace triad::gateway {

class StreamExchange;

// Where it is asked for; it is no path of a service.
inline constexpr char kStreamsPath[] = "/api/streams";
// At a time, on one socket.
inline constexpr std::size_t kMaxStreams = 100;

// One socket. What a stream gives is taken piece by piece, each stream in turn, and each waits
// until its piece is written: that is what pauses its call. Belongs to its loop.
class StreamSession {
 public:
  // Answers a request for a server stream, as it does any other; see StreamExchange.
  using OpenStream = std::function<void(std::unique_ptr<http::Exchange>)>;

  // `parts` outlives it. `ended` runs once, when the streams have been cancelled, and may destroy
  // it.
  StreamSession(RequestScope scope, const SharedParts& parts, boost::asio::io_context& context,
                OpenStream open, std::function<void(StreamSession&)> ended);
  ~StreamSession();
  StreamSession(const StreamSession&) = delete;
  StreamSession& operator=(const StreamSession&) = delete;

  // Answers the handshake, which is good.
  void Begin();
  // The gateway is about to end, and the streams do: closes it behind them.
  void CloseSoon();

 private:
  friend class StreamExchange;
  // Lines of one stream that wait to be written, each a message; or of none.
  struct Pending {
    std::uint64_t id = 0;
    std::string text;
    http::Exchange::WriteCallback done;
  };

  void Read();
  void OnMessage(absl::StatusOr<SocketMessage> message);
  // INVALID_ARGUMENT for what breaks the protocol of this.
  absl::Status Obey(absl::string_view json);
  void Open(std::uint64_t id, std::string path, http::Headers headers);
  void CancelStream(std::uint64_t id);

  // For the exchanges.
  void Send(std::uint64_t id, std::string text, http::Exchange::WriteCallback done);
  void SendStatus(std::uint64_t id, absl::string_view status_json);
  // The same with an error of the session's own.
  void SendError(std::uint64_t id, const absl::Status& status);
  void Forget(std::uint64_t id);
  // `later` runs once, when it may be worth while to ask for memory again.
  void WhenRoom(std::function<void()> later);
  http::Exchange& exchange() const { return scope_.exchange(); }
  WeakPtr<StreamSession> weak() const { return weak_factory_.Get(); }

  void WriteNext();
  void OnWritten();
  // Ends the streams, and then the socket.
  void Refuse(const absl::Status& why);
  void LeaveAll();
  // Closes the socket when all streams have ended and all is written.
  void Close(SocketClose close);
  void CloseIfDone();
  void ArmHeartbeat();
  // The socket is of no more use; `is_lost`: the client does not hear anything.
  void End(bool is_lost);

  RequestScope scope_;
  const SharedParts& parts_;
  boost::asio::io_context& context_;
  const OpenStream open_;
  const std::function<void(StreamSession&)> ended_;
  std::unique_ptr<WebSocket> socket_;
  std::map<std::uint64_t, StreamExchange*> streams_;
  std::deque<Pending> pending_;
  std::vector<std::function<void()>> waiting_for_room_;
  bool writing_ = false;
  std::optional<SocketClose> close_;
  bool is_closed_ = false;  // or about to be
  bool silent_ = true;      // nothing was written since the last heartbeat
  boost::asio::steady_timer heartbeat_;
  WeakPtrFactory<StreamSession> weak_factory_{this};
};

}  // namespace triad::gateway

// A request that came on a StreamSession.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "gateway/proxy/multiplex/stream_session.h"
#include "runtime/http/exchange.h"
#include "runtime/io/weak_ptr.h"

namespace triad::gateway {

// Its answer is pieces of whole lines, each an object of JSON without the stream's id, the last of
// which has the status; see Framing::kCarried. Memory is that of the session's connection.
class StreamExchange final : public http::Exchange {
 public:
  // In `session`, which may end before it.
  StreamExchange(StreamSession& session, std::uint64_t id, http::RequestHead head);
  ~StreamExchange() override;

  // The client wants no more of it.
  void Leave();

  void ForgetFields() override { DropFields(); }
  bool Reserve(std::size_t bytes) override;
  void Release(std::size_t bytes) override;
  void WhenRoom(std::function<void()> later) override;
  void Moved(std::size_t bytes) override;
  void ReadBody(BodyCallback done) override;
  void AllowPieces(std::size_t) override {}
  void LimitIdle(absl::Duration) override {}
  void StartTunnel() override { FailResponse(); }
  void Respond(http::ResponseHead head, http::Body body) override;
  void StartResponse(http::ResponseHead, std::optional<std::uint64_t>) override {}
  void WriteBody(http::Body piece, WriteCallback done) override;
  void FinishResponse() override {}
  void FailResponse() override;
  void OnClientLeft(std::function<void()> left) override { left_ = std::move(left); }
  std::optional<int> ended_with() const override { return std::nullopt; }

 private:
  // There is none for a piece of it: it ends.
  void FailForMemory();
  // Null once the socket is gone.
  StreamSession* session() const { return session_.get(); }

  const WeakPtr<StreamSession> session_;
  boost::asio::io_context& context_;
  const std::uint64_t id_;
  std::size_t held_ = 0;
  std::function<void()> left_;
  WeakPtrFactory<StreamExchange> weak_factory_{this};
};

}  // namespace triad::gateway

// The exchange of a request that came on a connection.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "runtime/http/exchange.h"
#include "runtime/io/weak_ptr.h"

namespace triad::http {

class Connection;

class ConnectionExchange final : public Exchange {
 public:
  // `number` is what the connection knows the request by.
  ConnectionExchange(WeakPtr<Connection> connection, std::uint64_t number,
                     boost::asio::io_context& context, RequestHead head)
      : Exchange(std::move(head)),
        weak_(std::move(connection)),
        number_(number),
        context_(context) {}
  ~ConnectionExchange() override;

  void ForgetFields() override;
  bool Reserve(std::size_t bytes) override;
  void Release(std::size_t bytes) override;
  void WhenRoom(std::function<void()> later) override;
  void Moved(std::size_t bytes) override;
  void ReadBody(BodyCallback done) override;
  void AllowPieces(std::size_t bytes) override;
  void LimitIdle(absl::Duration limit) override;
  void StartTunnel() override;
  void Respond(ResponseHead head, Body body) override;
  void StartResponse(ResponseHead head, std::optional<std::uint64_t> content_length) override;
  void WriteBody(Body piece, WriteCallback done) override;
  void FinishResponse() override;
  void FailResponse() override;
  void OnClientLeft(std::function<void()> left) override;
  std::optional<int> ended_with() const override;

 private:
  // Null once the request is answered or its client gone.
  Connection* connection() const;
  // Runs `told` from the loop, if this is still there then.
  void Post(std::function<void()> told);

  const WeakPtr<Connection> weak_;
  const std::uint64_t number_;
  boost::asio::io_context& context_;
  bool answered_ = false;  // by the handler, whatever the client got of it
  // Made when it is needed first, which is after the end of a connection only.
  std::optional<WeakPtrFactory<ConnectionExchange>> weak_factory_;
};

}  // namespace triad::http

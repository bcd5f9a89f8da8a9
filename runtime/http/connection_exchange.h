// The exchange that handlers own; outlives its connection.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "runtime/http/connection.h"

namespace triad::http {

// Passes calls on to its connection, as long as that is answering this request.
class ConnectionExchange final : public Exchange {
 public:
  // `number` is what the connection knows the request by.
  ConnectionExchange(WeakPtr<Connection> connection, std::uint64_t number,
                     boost::asio::io_context& context, RequestHead head)
      : weak_(std::move(connection)), number_(number), context_(context), head_(std::move(head)) {}

  ~ConnectionExchange() override;

  const RequestHead& request() const override { return head_; }
  void ReadBody(BodyCallback done) override;
  void Respond(ResponseHead head, std::string body) override;
  void StartResponse(ResponseHead head, std::optional<std::uint64_t> content_length) override;
  void WriteBody(std::string piece, WriteCallback done) override;
  void FinishResponse() override;
  void FailResponse() override;
  void OnClientLeft(std::function<void()> left) override;

 private:
  // Null once the request is answered or its client gone.
  Connection* connection() const;
  // Runs `told` from the loop, if this is still there then.
  void Post(std::function<void()> told);

  const WeakPtr<Connection> weak_;
  const std::uint64_t number_;
  boost::asio::io_context& context_;
  const RequestHead head_;
  bool answered_ = false;  // by the handler, whatever the client got of it
  // Made when it is needed first, which is after the end of a connection only.
  std::optional<WeakPtrFactory<ConnectionExchange>> weak_factory_;
};

}  // namespace triad::http

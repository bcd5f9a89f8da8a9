// The exchange that handlers see; outlives its connection.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>

#include "runtime/http/connection.h"

namespace triad::http {

// Passes calls on to its connection while that is there. Keeps the callbacks, so
// that each is called exactly once whatever happens first.
class ConnectionExchange final : public Exchange {
 public:
  ConnectionExchange(Connection& connection, boost::asio::io_context& context, RequestHead head)
      : connection_(&connection), context_(context), head_(std::move(head)) {}

  const RequestHead& request() const override { return head_; }
  void ReadBody(BodyCallback done) override;
  void Respond(ResponseHead head, std::string body) override;
  void StartResponse(ResponseHead head, std::optional<std::uint64_t> content_length) override;
  void WriteBody(std::string piece, WriteCallback done) override;
  void FinishResponse() override;
  void Abort() override;
  void OnClientLeft(std::function<void()> left) override;

  // For the connection.
  bool wants_body() const { return read_done_ != nullptr; }
  bool wants_written() const { return write_done_ != nullptr; }
  void DeliverBody(absl::StatusOr<std::string> piece);
  void DeliverWritten(const absl::Status& status);
  // The same from inside a call: the callback runs once the call has returned.
  void DeliverBodyLater(absl::StatusOr<std::string> piece);
  void DeliverWrittenLater();
  // The connection is done with this: what is still waiting is dropped.
  void Detach();
  // The client is gone: everything that waits is told.
  void Break(const absl::Status& reason);

 private:
  Connection* connection_;  // null once detached
  boost::asio::io_context& context_;
  const RequestHead head_;
  bool broken_ = false;
  BodyCallback read_done_;
  WriteCallback write_done_;
  std::function<void()> left_;
};

}  // namespace triad::http

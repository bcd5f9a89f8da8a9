#include "runtime/http/connection_exchange.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace triad::http {
namespace {

// Keeps a connection alive through a call that may close it.
std::shared_ptr<Connection> Hold(Connection* connection) {
  return connection == nullptr ? nullptr : connection->shared_from_this();
}

}  // namespace

void ConnectionExchange::ReadBody(BodyCallback done) {
  const auto connection = Hold(connection_);
  if (connection == nullptr) {
    boost::asio::post(context_, [done = std::move(done)] { done(ClientGone()); });
    return;
  }
  read_done_ = std::move(done);
  connection->ReadBody();
}

void ConnectionExchange::Respond(ResponseHead head, std::string body) {
  if (const auto connection = Hold(connection_)) connection->Respond(head, std::move(body));
}

void ConnectionExchange::StartResponse(ResponseHead head,
                                       std::optional<std::uint64_t> content_length) {
  if (const auto connection = Hold(connection_)) connection->StartResponse(head, content_length);
}

void ConnectionExchange::WriteBody(std::string piece, WriteCallback done) {
  const auto connection = Hold(connection_);
  if (connection == nullptr) {
    boost::asio::post(context_, [done = std::move(done)] { done(ClientGone()); });
    return;
  }
  write_done_ = std::move(done);
  connection->WriteBody(std::move(piece));
}

void ConnectionExchange::FinishResponse() {
  if (const auto connection = Hold(connection_)) connection->FinishResponse();
}

void ConnectionExchange::Abort() {
  if (const auto connection = Hold(connection_)) connection->Abort();
}

void ConnectionExchange::OnClientLeft(std::function<void()> left) {
  if (broken_) {
    boost::asio::post(context_, std::move(left));
  } else if (connection_ != nullptr) {
    left_ = std::move(left);
  }
}

void ConnectionExchange::DeliverBody(absl::StatusOr<std::string> piece) {
  if (auto done = std::exchange(read_done_, nullptr)) done(std::move(piece));
}

void ConnectionExchange::DeliverWritten(const absl::Status& status) {
  if (auto done = std::exchange(write_done_, nullptr)) done(status);
}

void ConnectionExchange::DeliverBodyLater(absl::StatusOr<std::string> piece) {
  boost::asio::post(context_,
                    [self = shared_from_this(), this, piece = std::move(piece)]() mutable {
                      DeliverBody(std::move(piece));
                    });
}

void ConnectionExchange::DeliverWrittenLater() {
  boost::asio::post(context_,
                    [self = shared_from_this(), this] { DeliverWritten(absl::OkStatus()); });
}

void ConnectionExchange::Detach() {
  connection_ = nullptr;
  // Destroyed at the end, when everything is at rest: they may own the caller.
  const auto read_done = std::exchange(read_done_, nullptr);
  const auto write_done = std::exchange(write_done_, nullptr);
  const auto left = std::exchange(left_, nullptr);
}

void ConnectionExchange::Break(const absl::Status& reason) {
  connection_ = nullptr;
  broken_ = true;
  const auto left = std::exchange(left_, nullptr);
  DeliverBody(reason);
  DeliverWritten(reason);
  if (left) left();
}

}  // namespace triad::http

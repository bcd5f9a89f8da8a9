#include "runtime/http/connection_exchange.h"

#include <boost/asio/post.hpp>

#include "runtime/telemetry/logs/log.h"

namespace triad::http {

Connection* ConnectionExchange::connection() const {
  Connection* connection = weak_.get();
  return connection != nullptr && connection->Answers(number_) ? connection : nullptr;
}

void ConnectionExchange::ReadBody(BodyCallback done) {
  if (Connection* connection = this->connection()) return connection->ReadBody(std::move(done));
  boost::asio::post(context_, [done = std::move(done)] { done(ClientGone()); });
}

void ConnectionExchange::Respond(ResponseHead head, std::string body) {
  answered_ = true;
  if (Connection* connection = this->connection()) connection->Respond(head, std::move(body));
}

void ConnectionExchange::StartResponse(ResponseHead head,
                                       std::optional<std::uint64_t> content_length) {
  if (Connection* connection = this->connection()) connection->StartResponse(head, content_length);
}

void ConnectionExchange::WriteBody(std::string piece, WriteCallback done) {
  Connection* connection = this->connection();
  if (connection == nullptr) {
    boost::asio::post(context_, [done = std::move(done)] { done(ClientGone()); });
  } else if (connection->Exceeds(piece.size())) {
    log::Error("a response body exceeds its announced length", {{"target", head_.path()}});
    FailResponse();
  } else {
    connection->WriteBody(std::move(piece), std::move(done));
  }
}

void ConnectionExchange::FinishResponse() {
  answered_ = true;
  if (Connection* connection = this->connection()) connection->FinishResponse();
}

void ConnectionExchange::FailResponse() {
  answered_ = true;
  if (Connection* connection = this->connection()) connection->FailResponse();
}

void ConnectionExchange::OnClientLeft(std::function<void()> left) {
  if (Connection* connection = this->connection()) {
    connection->OnClientLeft(std::move(left));
  } else if (!answered_) {
    boost::asio::post(context_, std::move(left));
  }
}

}  // namespace triad::http

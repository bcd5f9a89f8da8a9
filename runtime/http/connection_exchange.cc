#include "runtime/http/connection_exchange.h"

#include <boost/asio/post.hpp>

#include "runtime/telemetry/logs/log.h"

namespace triad::http {

ConnectionExchange::~ConnectionExchange() {
  if (Connection* connection = weak_.get()) connection->DropCallbacks(number_);
}

Connection* ConnectionExchange::connection() const {
  Connection* connection = weak_.get();
  return connection != nullptr && connection->Answers(number_) ? connection : nullptr;
}

void ConnectionExchange::Post(std::function<void()> told) {
  if (!weak_factory_.has_value()) weak_factory_.emplace(this);
  boost::asio::post(context_, [weak = weak_factory_->Get(), told = std::move(told)] {
    if (weak) told();
  });
}

void ConnectionExchange::ReadBody(BodyCallback done) {
  if (Connection* connection = this->connection()) return connection->ReadBody(std::move(done));
  Post([done = std::move(done)] { done(ClientGone()); });
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
    Post([done = std::move(done)] { done(ClientGone()); });
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
    Post(std::move(left));
  }
}

}  // namespace triad::http

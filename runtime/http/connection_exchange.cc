#include "runtime/http/connection_exchange.h"

#include <boost/asio/post.hpp>

#include "runtime/http/connection.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::http {

ConnectionExchange::~ConnectionExchange() {
  if (Connection* connection = weak_.get()) connection->Cancel(number_);
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

void ConnectionExchange::ForgetFields() {
  DropFields();
  if (Connection* connection = this->connection()) connection->ReleaseHead();
}

bool ConnectionExchange::Reserve(std::size_t bytes) {
  Connection* connection = this->connection();
  return connection != nullptr && connection->Reserve(bytes);
}

void ConnectionExchange::Release(std::size_t bytes) {
  if (Connection* connection = this->connection()) connection->Release(bytes);
}

void ConnectionExchange::WhenRoom(std::function<void()> later) {
  if (Connection* connection = this->connection()) connection->WhenRoom(std::move(later));
}

void ConnectionExchange::Moved(std::size_t bytes) {
  if (Connection* connection = this->connection()) connection->Moved(bytes);
}

std::optional<int> ConnectionExchange::ended_with() const {
  Connection* connection = weak_.get();
  return connection == nullptr ? std::nullopt : connection->EndedWith(number_);
}

void ConnectionExchange::ReadBody(BodyCallback done) {
  if (Connection* connection = this->connection()) return connection->ReadBody(std::move(done));
  Post([done = std::move(done)] { done(ClientGone()); });
}

void ConnectionExchange::AllowPieces(std::size_t bytes) {
  if (Connection* connection = this->connection()) connection->AllowPieces(bytes);
}

void ConnectionExchange::LimitIdle(absl::Duration limit) {
  if (Connection* connection = this->connection()) connection->LimitIdle(limit);
}

void ConnectionExchange::StartTunnel() {
  if (Connection* connection = this->connection()) connection->StartTunnel();
}

void ConnectionExchange::Respond(ResponseHead head, Body body) {
  answered_ = true;
  if (Connection* connection = this->connection()) connection->Respond(head, std::move(body));
}

void ConnectionExchange::StartResponse(ResponseHead head,
                                       std::optional<std::uint64_t> content_length) {
  if (Connection* connection = this->connection()) connection->StartResponse(head, content_length);
}

void ConnectionExchange::WriteBody(Body piece, WriteCallback done) {
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

#include "gateway/proxy/multiplex/stream_exchange.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace triad::gateway {
namespace {

constexpr std::size_t kUncounted = 32 * 1024;

}  // namespace

StreamExchange::StreamExchange(StreamSession& session, std::uint64_t id, http::RequestHead head)
    : Exchange(std::move(head)), session_(session.weak()), context_(session.context_), id_(id) {}

StreamExchange::~StreamExchange() {
  Release(held_);
  if (StreamSession* session = this->session()) session->Forget(id_);
}

void StreamExchange::Leave() {
  if (auto left = std::exchange(left_, nullptr)) left();
}

bool StreamExchange::Reserve(std::size_t bytes) {
  StreamSession* session = this->session();
  if (session == nullptr || !session->exchange().Reserve(bytes)) return false;
  held_ += bytes;
  return true;
}

void StreamExchange::Release(std::size_t bytes) {
  bytes = std::min(bytes, held_);
  held_ -= bytes;
  if (StreamSession* session = this->session()) session->exchange().Release(bytes);
}

void StreamExchange::WhenRoom(std::function<void()> later) {
  StreamSession* session = this->session();
  if (session == nullptr) return;
  session->WhenRoom([weak = weak_factory_.Get(), later = std::move(later)] {
    if (weak) later();
  });
}

void StreamExchange::Moved(std::size_t bytes) {
  if (StreamSession* session = this->session()) session->exchange().Moved(bytes);
}

void StreamExchange::ReadBody(BodyCallback done) {
  boost::asio::post(context_, [weak = weak_factory_.Get(), done = std::move(done)] {
    if (weak) done("");
  });
}

void StreamExchange::Respond(http::ResponseHead, http::Body body) {
  if (StreamSession* session = this->session()) session->SendStatus(id_, body.view());
}

void StreamExchange::WriteBody(http::Body piece, WriteCallback done) {
  StreamSession* session = this->session();
  if (session == nullptr) return;
  // The call holds what its window lets through; a larger message is more.
  std::size_t bytes = piece.size() > kUncounted ? piece.size() : 0;
  if (!Reserve(bytes)) return FailForMemory();
  session->Send(id_, std::string(piece.view()),
                [weak = weak_factory_.Get(), bytes, done = std::move(done)](absl::Status status) {
                  if (StreamExchange* self = weak.get()) {
                    self->Release(bytes);
                    done(std::move(status));
                  }
                });
}

void StreamExchange::FailForMemory() {
  session()->SendError(id_,
                       absl::UnavailableError("no memory for a message: --memory_budget_bytes"));
  boost::asio::post(context_, [weak = weak_factory_.Get()] {
    if (StreamExchange* self = weak.get()) self->Leave();
  });
}

void StreamExchange::FailResponse() {
  if (StreamSession* session = this->session()) {
    session->SendError(id_, absl::InternalError("the stream broke off"));
  }
}

}  // namespace triad::gateway

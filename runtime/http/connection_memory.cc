// What a Connection takes of the memory of all clients, and how it is ended for others.
#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

#include "runtime/http/connection.h"
#include "runtime/http/loop_server.h"

namespace triad::http {

Refusal Connection::NoRoom() { return {503, "there is no memory for this request; try again"}; }

bool Connection::Hold(std::size_t& part, std::size_t bytes) {
  if (bytes > part && !share_.Grow(bytes - part)) {
    server_.CountNoRoom();
    return false;
  }
  if (bytes < part) share_.Shrink(part - bytes);
  part = bytes;
  return true;
}

// Reads less at a time, down to what the small buffer of each connection takes, if there
// is no room for `size`. False if nothing can be read.
bool Connection::HoldInput(std::size_t& size) {
  if (Hold(held_.input, input_.ExcessWith(size))) return true;
  request_.piece = request_.max_piece = kPiece;
  size = std::min(size, input_.room());
  return size > 0;
}

// What the socket has not taken. Once the handler has given the whole answer, it pays with
// what it has taken for it.
bool Connection::HoldOutput() {
  if (state_ == State::kSending) {
    std::size_t due = output_.held() - std::min(output_.held(), held_.output);
    std::size_t paid = std::min(due, held_.handler);
    held_.handler -= paid;
    held_.output += paid;
  }
  return Hold(held_.output, output_.held());
}

void Connection::ReleaseRequest() {
  Hold(held_.head, 0);
  Hold(held_.handler, 0);
  if (share_.ended()) {
    share_.Reset();
    held_ = Held();
  }
  share_.SetKind(MemoryShare::Kind::kUrgent);
}

void Connection::WhenRoom(std::function<void()> later) {
  request_.callbacks.room = std::move(later);
  server_.LookSoon();
}

std::function<void()> Connection::EndSoon() {
  return [self = self_, &context = server_.context()] {
    boost::asio::post(context, [self] {
      if (*self != nullptr) (*self)->EndForOthers();
    });
  };
}

// Whoever has come to the end of the request meanwhile is left alone.
void Connection::EndForOthers() {
  if (!share_.ended() || state_ == State::kBroken || state_ == State::kClosed) return;
  server_.CountEnded();
  held_ = Held();
  if (state_ == State::kHead) {
    return Refuse({408, "the head of the request comes too slowly while memory is short"});
  }
  if (state_ != State::kWaiting) {
    CloseWithReset();
  } else if (parser_.body_complete()) {
    request_.ended_with = 503;
    Refuse({503, "the request was ended so that others have memory; try again"});
  } else {
    request_.ended_with = 408;
    Refuse({408, "the body of the request comes too slowly while memory is short"});
  }
  DeliverEnd(ClientGone());
}

}  // namespace triad::http

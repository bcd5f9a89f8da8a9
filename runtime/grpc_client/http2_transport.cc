#include "runtime/grpc_client/http2_transport.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "absl/strings/str_cat.h"

namespace triad::grpc_client {
namespace {

using boost::system::error_code;

constexpr std::size_t kReadBytes = 64 * 1024;
// What one write takes along. More waits in the calls, where it counts as not
// sent.
constexpr std::size_t kWriteBytes = 64 * 1024;

absl::Status Lost(absl::string_view why) {
  return absl::UnavailableError(absl::StrCat("the connection was lost: ", why));
}

}  // namespace

Http2Transport::Http2Transport(boost::asio::ip::tcp::socket socket, Http2TransportOptions options,
                               Http2TransportObserver& observer)
    : options_(std::move(options)),
      socket_(std::move(socket)),
      keepalive_timer_(socket_.get_executor()),
      observer_(&observer),
      session_(options_.authority, *this),
      in_(kReadBytes) {}

void Http2Transport::Begin() {
  error_code ignored;  // without it, only slower
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  last_read_ = std::chrono::steady_clock::now();
  ArmKeepalive(last_read_ + absl::ToChronoMilliseconds(options_.keepalive_time));
  OnWantsToSend();
  Read();
}

void Http2Transport::Close() {
  observer_ = nullptr;
  error_code ignored;
  keepalive_timer_.cancel(ignored);
  socket_.close(ignored);
}

void Http2Transport::End(const absl::Status& why) {
  if (observer_ == nullptr) return;
  // The owner lets go of it in OnTransportClosed.
  std::shared_ptr<Http2Transport> self = shared_from_this();
  session_.FailCalls(why);
  Http2TransportObserver* observer = observer_;
  Close();
  observer->OnTransportClosed(*this, why);
}

// ---- reading ----

void Http2Transport::Read() {
  socket_.async_read_some(boost::asio::buffer(in_),
                          [self = shared_from_this()](error_code error, std::size_t size) {
                            if (self->observer_ == nullptr) return;
                            if (error) return self->End(Lost(error.message()));
                            self->last_read_ = std::chrono::steady_clock::now();
                            absl::Status status = self->session_.Receive({self->in_.data(), size});
                            if (!status.ok()) return self->End(Lost(status.message()));
                            if (self->observer_ != nullptr) self->Read();
                          });
}

// ---- writing: all that gathers in one turn of the loop leaves in one write ----

void Http2Transport::OnWantsToSend() {
  if (flush_posted_ || writing_ || observer_ == nullptr) return;
  flush_posted_ = true;
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->flush_posted_ = false;
    self->Flush();
  });
}

void Http2Transport::Flush() {
  while (observer_ != nullptr && !writing_) {
    out_.clear();
    absl::Status status = session_.Collect(&out_, kWriteBytes);
    if (!status.ok()) return End(Lost(status.message()));
    if (out_.empty()) {
      if (session_.draining() && session_.idle()) End(Lost("it was drained"));
      return;
    }
    error_code error;
    std::size_t written = socket_.write_some(boost::asio::buffer(out_), error);
    if (error && error != boost::asio::error::would_block) {
      return End(Lost(error.message()));
    }
    if (written < out_.size()) WriteRest(written);
  }
}

void Http2Transport::WriteRest(std::size_t written) {
  writing_ = true;
  boost::asio::async_write(socket_,
                           boost::asio::buffer(out_.data() + written, out_.size() - written),
                           [self = shared_from_this()](error_code error, std::size_t) {
                             self->writing_ = false;
                             if (self->observer_ == nullptr) return;
                             if (error) return self->End(Lost(error.message()));
                             self->Flush();
                           });
}

// ---- keepalive ----

void Http2Transport::ArmKeepalive(std::chrono::steady_clock::time_point when) {
  keepalive_timer_.expires_at(when);
  keepalive_timer_.async_wait([self = shared_from_this()](error_code error) {
    if (!error && self->observer_ != nullptr) self->Keepalive();
  });
}

void Http2Transport::Keepalive() {
  auto now = std::chrono::steady_clock::now();
  auto quiet_until = last_read_ + absl::ToChronoMilliseconds(options_.keepalive_time);
  if (now < quiet_until) {
    ping_pending_ = false;
    return ArmKeepalive(quiet_until);
  }
  if (ping_pending_) return End(Lost("no answer to a keepalive ping"));
  if (session_.idle()) {
    return ArmKeepalive(now + absl::ToChronoMilliseconds(options_.keepalive_time));
  }
  ping_pending_ = true;
  session_.Ping();
  ArmKeepalive(now + absl::ToChronoMilliseconds(options_.keepalive_timeout));
}

// ---- what the session tells ----

void Http2Transport::OnSettings() {
  if (observer_ != nullptr) observer_->OnTransportReady(*this);
}

void Http2Transport::OnGoaway(bool too_many_pings) {
  if (observer_ != nullptr) observer_->OnTransportDraining(*this, too_many_pings);
  OnWantsToSend();  // closes it if no call is left
}

void Http2Transport::OnNotProcessed(Http2Call& call) {
  if (observer_ != nullptr) observer_->OnNotProcessed(call);
}

}  // namespace triad::grpc_client

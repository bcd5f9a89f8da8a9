#include "runtime/grpc_client/http2/http2_transport.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/grpc_client/if_alive.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::grpc_client {
namespace {

using boost::system::error_code;

constexpr std::size_t kReadBytes = 64 * 1024;
// Bytes collected for one write. What is over stays in the calls, where it still
// counts as not sent.
constexpr std::size_t kWriteBytes = 64 * 1024;
// Bytes that are written in one turn of the loop, where others wait for theirs.
constexpr std::size_t kTurnBytes = 256 * 1024;

}  // namespace

Http2Transport::Http2Transport(boost::asio::ip::tcp::socket socket, Http2TransportOptions options,
                               Http2TransportObserver& observer)
    : options_(std::move(options)),
      socket_(std::move(socket)),
      keepalive_timer_(socket_.get_executor()),
      observer_(observer),
      session_(options_.authority, *this) {
  if (options_.connections != nullptr) options_.connections->Increment();
  error_code ignored;  // without these, the connection is only slower
  socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  ArmKeepalive(options_.keepalive_time);
  OnWantsToSend();
  Read(std::make_unique<char[]>(kReadBytes));
}

Http2Transport::~Http2Transport() {
  if (options_.connections != nullptr) options_.connections->Decrement();
}

void Http2Transport::Fail(absl::string_view why) {
  auto status = absl::UnavailableError(absl::StrCat("the connection was lost: ", why));
  session_.FailCalls(status);
  observer_.OnTransportFailed(*this, status);
}

// The buffer belongs to the handler of the read: asio may hold on to its address
// until the handler has run, which can be after the end of this.
void Http2Transport::Read(std::unique_ptr<char[]> buffer) {
  auto target = boost::asio::buffer(buffer.get(), kReadBytes);
  socket_.async_read_some(target, [weak = weak_factory_.Get(), buffer = std::move(buffer)](
                                      error_code error, std::size_t size) mutable {
    Http2Transport* self = weak.get();
    if (self == nullptr) return;
    if (error) return self->Fail(error.message());
    self->since_read_ = Stopwatch();
    absl::Status status = self->session_.Receive({buffer.get(), size});
    if (!status.ok()) return self->Fail(status.message());
    self->Read(std::move(buffer));
  });
}

// Posted, so that all that gathers in one turn of the loop leaves in one write.
void Http2Transport::OnWantsToSend() {
  if (flush_posted_ || blocked_) return;
  flush_posted_ = true;
  boost::asio::post(socket_.get_executor(),
                    IfAlive(weak_factory_.Get(), &Http2Transport::FlushPosted));
}

void Http2Transport::FlushPosted() {
  flush_posted_ = false;
  if (!blocked_) Flush();
}

void Http2Transport::Flush() {
  for (std::size_t turn = 0; turn < kTurnBytes;) {
    if (out_.empty()) {
      absl::Status status = session_.Collect(&out_, kWriteBytes);
      if (!status.ok()) return Fail(status.message());
      if (out_.empty()) {
        if (session_.draining() && session_.idle()) return Fail("it was drained");
        if (session_.over()) Fail("the service broke HTTP/2");
        return;
      }
    }
    error_code error;
    std::size_t count = socket_.write_some(out_.Front(), error);
    if (error == boost::asio::error::would_block) return WaitWritable();
    if (error) return Fail(error.message());
    out_.Advance(count);
    turn += count;
  }
  OnWantsToSend();
}

void Http2Transport::WaitWritable() {
  blocked_ = true;
  socket_.async_wait(boost::asio::socket_base::wait_write,
                     IfAlive(weak_factory_.Get(), &Http2Transport::OnWritable));
}

void Http2Transport::OnWritable() {
  blocked_ = false;
  Flush();
}

void Http2Transport::ArmKeepalive(absl::Duration wait) {
  keepalive_timer_.expires_after(absl::ToChronoNanoseconds(wait));
  keepalive_timer_.async_wait(IfAlive(weak_factory_.Get(), &Http2Transport::Keepalive));
}

void Http2Transport::Keepalive() {
  absl::Duration left = options_.keepalive_time - since_read_.elapsed();
  if (left > absl::ZeroDuration()) {
    ping_pending_ = false;
    return ArmKeepalive(left);
  }
  if (ping_pending_) return Fail("no answer to a keepalive ping");
  if (spoken_ && session_.idle()) return ArmKeepalive(options_.keepalive_time);
  ping_pending_ = true;
  session_.Ping();
  ArmKeepalive(options_.keepalive_timeout);
}

void Http2Transport::OnSettings() {
  spoken_ = true;
  observer_.OnTransportReady(*this);
}

void Http2Transport::OnGoaway(bool too_many_pings) {
  observer_.OnTransportDraining(*this, too_many_pings);
  OnWantsToSend();  // the flush ends it if no call is left
}

}  // namespace triad::grpc_client

// The HTTP/2 side of a connection (nghttp2), without a socket: bytes in, bytes
// out, calls in between.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/grpc_client/http2/http2_call.h"
#include "runtime/grpc_client/http2/repeated_fields.h"

struct nghttp2_session;

namespace triad::grpc_client {

// What happens on a session, told from inside Receive and Collect: do not
// destroy the session there.
class Http2SessionObserver {
 public:
  virtual ~Http2SessionObserver() = default;
  // There is something to collect.
  virtual void OnWantsToSend() = 0;
  // The service's SETTINGS came: it speaks HTTP/2.
  virtual void OnSettings() = 0;
  // No new streams any more. `too_many_pings`: the service minds our keepalive.
  virtual void OnGoaway(bool too_many_pings) = 0;
  // A stream ended: there may be room for another call. Told from Cancel, too.
  virtual void OnStreamOver() = 0;
};

// Whether a call may take for ever, as a stream of events does.
bool IsEndless(const Http2Call& call);

class Http2Session {
 public:
  using Calls = boost::intrusive::list<
      Http2Call, boost::intrusive::member_hook<Http2Call, Http2Call::Hook, &Http2Call::place_hook>,
      boost::intrusive::constant_time_size<false>>;

  Http2Session(std::string authority, Http2SessionObserver& observer);
  ~Http2Session();
  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  // Opens a stream for `call`, for which there is room. UNAVAILABLE if the session
  // takes no more.
  absl::Status Submit(Http2Call& call);
  // Forgets `call` and resets its stream if it is still open.
  void Cancel(Http2Call& call);
  void ResumeSending(std::int32_t stream);
  void OpenWindow(std::int32_t stream, std::size_t bytes);
  // Lets the service send up to `window` bytes ahead. OpenWindow must follow.
  void WidenWindow(std::int32_t stream, std::size_t window);
  void Ping();
  // Tells the service that no streams follow.
  void Drain();

  // Bytes from the service. An error ends the connection.
  absl::Status Receive(absl::string_view bytes);
  // Appends what is to be sent, at least one frame if there is any and until
  // `out` has `enough` bytes.
  absl::Status Collect(FrameBuffer* out, std::size_t enough);

  // Forgets every call: those that the service has provably not seen are requeued
  // if they may be, the others fail with `status`.
  void FailCalls(const absl::Status& status);

  // Without calls, but for background ones.
  bool idle() const;
  // Whether the service's limit on concurrent streams lets one more call in. A share
  // of the streams is kept for calls that end: endless ones could hold them all.
  bool HasRoom(bool endless) const;
  // Whether a background call would leave streams for others.
  bool has_spare_stream() const { return max_streams() > 1; }
  // After GOAWAY, of either side.
  bool draining() const { return draining_; }
  // Whether it has ended the session itself, for what the service sent, and said so: nothing is
  // read any more.
  bool over() const;

 private:
  friend struct Http2Callbacks;

  Http2Call* FindCall(std::int32_t stream) const;
  void Forget(Http2Call& call);
  // What the service allows; 100 is assumed until it has said so.
  std::uint32_t max_streams() const;
  void OnSettingsFrame();
  void RequeueUnopened();
  void OnGoawayFrame(std::uint32_t error, absl::string_view debug);

  const std::string authority_;
  Http2SessionObserver& observer_;
  nghttp2_session* session_ = nullptr;
  Calls calls_;
  std::uint32_t streams_ = 0;  // of calls_
  std::uint32_t endless_ = 0;  // of these, of endless calls
  bool draining_ = false;
  FrameBuffer* collected_ = nullptr;  // while Collect runs
  std::size_t enough_ = 0;            // of that
  RepeatedFields repeated_;
};

}  // namespace triad::grpc_client

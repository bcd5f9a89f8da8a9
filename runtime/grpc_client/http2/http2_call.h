// One call: what was asked, what is still to be sent, what has come.
//
//   Send ─▶ outgoing ─▶ Http2Session (DATA frames)
//   Http2Session (HEADERS, DATA) ─▶ MessageReader ─▶ Deliver ─▶ CallObserver
//
// A call is in at most one place: waiting in its channel, or on a session.
#pragma once

#include <absl/container/inlined_vector.h>

#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/grpc_client/client_call.h"
#include "runtime/grpc_client/http2/frame_buffer.h"
#include "runtime/grpc_client/http2/message_reader.h"
#include "runtime/io/weak_ptr.h"

namespace triad::grpc_client {

class Backend;
class Http2Call;
class Http2Session;

// What a call asks of whoever began it.
class CallOwner {
 public:
  virtual ~CallOwner() = default;
  // Has Http2Call::Deliver run from the loop, soon. May be asked again before.
  virtual void DeliverSoon(Http2Call& call) = 0;
  // Sends `call`, which is on no session, once more: the service has provably not
  // seen it. Asked from inside the session that had it, too.
  virtual void Requeue(Http2Call& call) = 0;
};

class Http2Call final : public ClientCall {
 public:
  using Hook = boost::intrusive::list_member_hook<
      boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

  Http2Call(CallOwner& owner, CallStart start, std::size_t max_message_bytes,
            CallObserver& observer);
  ~Http2Call() override;

  // ClientCall
  void Send(Message message, std::function<void()> sent) override;
  void FinishSending() override;
  void Pull() override;

  // For the channel.
  const CallStart& start() const { return start_; }
  // When it must have ended; max() if it may take for ever.
  std::chrono::steady_clock::time_point deadline() const { return deadline_; }
  // "pkg.Service"
  absl::string_view service() const;
  // Ends the call with an error of ours; what was not delivered is dropped.
  // UNAVAILABLE comes to say which service it is about.
  void Fail(absl::Status status);
  // Runs the observer's callbacks that are due. The call may be gone afterwards.
  void Deliver();
  // Whether it can be sent again on another stream, as if never sent.
  bool replayable() const { return replayable_ && attempts_ < kMaxAttempts; }

  // For the session.
  void OnOpened(Http2Session& session, std::int32_t stream);
  // The session no longer knows it, whatever comes of the call.
  void OnClosed();
  std::int32_t stream() const { return stream_; }
  // Whether both sides of its stream have ended by themselves.
  bool stream_over() const { return end_sent_ && end_received_; }

  // How many of at most `room` bytes can be sent now. `end` is set with the last ones. No bytes
  // and no end: the session asks again after ResumeSending.
  std::size_t CountSendable(std::size_t room, bool* end);
  // Appends the next `size` of them to `out`.
  void TakeSendable(std::size_t size, FrameBuffer& out);

  void OnHeadersBegin();
  // False if the headers are too large.
  bool OnHeader(absl::string_view name, absl::string_view value);
  void OnHeadersEnd(bool end_of_stream);
  void OnData(absl::string_view bytes);
  // The service ended the stream without trailers.
  void OnEndWithoutTrailers();
  // After OnClosed: the service reset the stream.
  void OnReset(std::uint32_t http2_error);
  // After OnClosed: the service has provably not seen it.
  void Requeue();

  Hook all_hook;    // in the channel's list of calls
  Hook place_hook;  // where the call is
  Hook ready_hook;  // in the channel's list of calls to deliver
  // Runs for as long as the connection does, which is idle if it has no other.
  bool background = false;
  // Where it was sent last; never followed, it may be gone.
  const Backend* sent_to = nullptr;

 private:
  struct Outgoing {
    std::string head;   // gRPC's prefix, and what the message begins with
    std::string bytes;  // the rest
    std::function<void()> sent;
    FrameBuffer::Shared shared = nullptr;  // instead of bytes, once they are sent without a copy
    std::size_t offset = 0;                // of head and the rest

    std::size_t rest() const { return shared == nullptr ? bytes.size() : shared->size(); }
    std::size_t left() const { return head.size() + rest() - offset; }
    // Appends the next of at most `size` bytes to `out`. Returns how many.
    std::size_t TakeTo(FrameBuffer& out, std::size_t size);
  };
  // Headers or trailers as they come in.
  struct Head {
    int http_status = 0;
    bool grpc = false;  // content-type: application/grpc
    std::optional<absl::StatusCode> code;
    std::string message;
    std::string details;
    Metadata metadata;
    std::size_t bytes = 0;
  };

  static constexpr int kMaxAttempts = 3;
  static constexpr std::size_t kMaxReplayBytes = 64 * 1024;

  void OnMessageSent();
  void DropSent();
  void OnInitialHeaders();
  void FinishFromTrailers(bool trailers_only);
  absl::StatusCode CodeOfAnswer() const;
  // Ends the call; `result` is delivered after the messages that came before.
  void Finish(CallResult result);
  void OpenWindow();
  // How much is held, and may still come, while the window is `window` and `unopened`
  // bytes of it are not opened again.
  std::size_t Exposure(std::size_t window, std::size_t unopened) const {
    return reader_.held() + window - unopened;
  }
  // Takes or gives back memory, so that `bytes` may be held. False if there is no room.
  bool Hold(std::size_t bytes);
  void WaitForRoom();
  void RunSentCallbacks();

  CallOwner& owner_;
  CallStart start_;
  const std::chrono::steady_clock::time_point deadline_;
  CallObserver& observer_;

  Http2Session* session_ = nullptr;
  std::int32_t stream_ = -1;
  int attempts_ = 0;

  absl::InlinedVector<Outgoing, 1> outgoing_;
  std::size_t sending_ = 0;  // index of the message being sent
  std::size_t replay_bytes_ = 0;
  bool replayable_ = true;
  bool finish_sending_ = false;
  bool end_sent_ = false;
  bool end_received_ = false;
  bool deferred_ = false;
  std::vector<std::function<void()>> sent_callbacks_;

  Head head_;
  bool got_initial_ = false;
  bool tell_initial_ = false;
  Metadata initial_;
  MessageReader reader_;
  std::size_t window_ = kCallBytes;
  std::size_t reserved_ = kCallBytes;
  bool waits_for_room_ = false;
  std::size_t unopened_ = 0;  // received bytes for which the window is not opened again
  int pulls_ = 0;
  std::optional<CallResult> result_;
  bool delivering_ = false;
  bool done_ = false;
  WeakPtrFactory<Http2Call> weak_factory_{this};
};

}  // namespace triad::grpc_client

#include "runtime/grpc_client/http2/http2_session.h"

#include <absl/container/inlined_vector.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <chrono>
#include <list>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "runtime/grpc_client/http2/protocol.h"

namespace triad::grpc_client {
namespace {

// How much a service may send on a new stream before it is asked for; see
// Http2Call::OpenWindow. Other calls on the connection are not held up by it.
constexpr auto kStreamWindow = static_cast<std::int32_t>(kCallBytes);
// Opened again as soon as bytes come: only the windows of streams hold back.
constexpr std::int32_t kConnectionWindow = 16 * 1024 * 1024;
constexpr std::uint32_t kMaxHeaderListBytes = 64 * 1024;
// Of one frame, so that those of other streams have their turn.
constexpr ssize_t kMaxData = 64 * 1024;
constexpr std::size_t kFrameHead = 9;
// One stream in so many is for calls that have a deadline, and so come to an end.
constexpr std::uint32_t kStreamsPerKept = 8;

nghttp2_nv Header(absl::string_view name, absl::string_view value, std::uint8_t flags) {
  auto bytes = [](absl::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), flags};
}

absl::string_view View(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

absl::Status SessionError(ssize_t code) {
  return absl::UnavailableError(absl::StrCat("HTTP/2: ", nghttp2_strerror(static_cast<int>(code))));
}

}  // namespace

// nghttp2's callbacks. Those that return int end the session on anything but 0.
struct Http2Callbacks {
  static Http2Session& Of(void* user_data) { return *static_cast<Http2Session*>(user_data); }

  static int OnBeginHeaders(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    Http2Call* call = Of(user_data).FindCall(frame->hd.stream_id);
    if (call != nullptr) call->OnHeadersBegin();
    return 0;
  }

  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                      std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                      std::uint8_t, void* user_data) {
    Http2Call* call = Of(user_data).FindCall(frame->hd.stream_id);
    if (call != nullptr && !call->OnHeader(View(name, name_size), View(value, value_size))) {
      call->Fail(absl::ResourceExhaustedError("the service sent too many headers"));
    }
    return 0;
  }

  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    Http2Session& session = Of(user_data);
    bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (frame->hd.type == NGHTTP2_HEADERS) {
      Http2Call* call = session.FindCall(frame->hd.stream_id);
      if (call != nullptr) call->OnHeadersEnd(end);
    } else if (frame->hd.type == NGHTTP2_DATA && end) {
      Http2Call* call = session.FindCall(frame->hd.stream_id);
      if (call != nullptr) call->OnEndWithoutTrailers();
    } else if (frame->hd.type == NGHTTP2_SETTINGS && (frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) {
      session.OnSettingsFrame();
    } else if (frame->hd.type == NGHTTP2_GOAWAY) {
      session.OnGoawayFrame(frame->goaway.error_code,
                            View(frame->goaway.opaque_data, frame->goaway.opaque_data_len));
    }
    return 0;
  }

  static int OnData(nghttp2_session* nghttp2, std::uint8_t, std::int32_t stream,
                    const std::uint8_t* data, std::size_t size, void* user_data) {
    nghttp2_session_consume_connection(nghttp2, size);
    Http2Call* call = Of(user_data).FindCall(stream);
    if (call != nullptr) call->OnData(View(data, size));
    return 0;
  }

  static int OnStreamClose(nghttp2_session*, std::int32_t stream, std::uint32_t error,
                           void* user_data) {
    Http2Session& session = Of(user_data);
    if (Http2Call* call = session.FindCall(stream)) {
      session.Forget(*call);
      call->OnReset(error);
    }
    return 0;
  }

  // How much the next frame of a body has: no more than the service takes in one.
  static ssize_t LimitData(nghttp2_session*, std::uint8_t, std::int32_t,
                           std::int32_t connection_window, std::int32_t stream_window,
                           std::uint32_t max_frame, void*) {
    std::int32_t window = std::min(connection_window, stream_window);
    return std::min<ssize_t>({window, static_cast<ssize_t>(max_frame), kMaxData});
  }

  // Says how much the frame will have. WriteData puts it behind the frame's head, in the same
  // call of nghttp2.
  static ssize_t ReadData(nghttp2_session*, std::int32_t stream, std::uint8_t*, std::size_t room,
                          std::uint32_t* flags, nghttp2_data_source*, void* user_data) {
    // By stream and not by a pointer in the source: a call may be gone by now.
    Http2Call* call = Of(user_data).FindCall(stream);
    if (call == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    bool end = false;
    std::size_t count = call->CountSendable(room, &end);
    if (end) *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (count > 0) *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    return count == 0 && !end ? ssize_t{NGHTTP2_ERR_DEFERRED} : static_cast<ssize_t>(count);
  }

  static int WriteData(nghttp2_session*, nghttp2_frame* frame, const std::uint8_t* head,
                       std::size_t size, nghttp2_data_source*, void* user_data) {
    Http2Session& session = Of(user_data);
    Http2Call* call = session.FindCall(frame->hd.stream_id);
    if (call == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    // It is asked for one frame after the other, without coming back to Collect.
    if (session.collected_->size() >= session.enough_) return NGHTTP2_ERR_WOULDBLOCK;
    session.collected_->Append(View(head, kFrameHead));
    call->TakeSendable(size, *session.collected_);
    return 0;
  }

  // Shared by all sessions: it holds nothing but the functions above.
  static const nghttp2_session_callbacks* Table() {
    static const nghttp2_session_callbacks* const table = [] {
      nghttp2_session_callbacks* made = nullptr;
      nghttp2_session_callbacks_new(&made);
      nghttp2_session_callbacks_set_on_begin_headers_callback(made, OnBeginHeaders);
      nghttp2_session_callbacks_set_on_header_callback(made, OnHeader);
      nghttp2_session_callbacks_set_on_frame_recv_callback(made, OnFrame);
      nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, OnData);
      nghttp2_session_callbacks_set_on_stream_close_callback(made, OnStreamClose);
      nghttp2_session_callbacks_set_data_source_read_length_callback(made, LimitData);
      nghttp2_session_callbacks_set_send_data_callback(made, WriteData);
      return made;
    }();
    return table;
  }
};

bool IsEndless(const Http2Call& call) {
  return call.deadline() == std::chrono::steady_clock::time_point::max() && !call.background;
}

Http2Session::Http2Session(std::string authority, Http2SessionObserver& observer)
    : authority_(std::move(authority)), observer_(observer) {
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_session_client_new2(&session_, Http2Callbacks::Table(), this, option);
  nghttp2_option_del(option);
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kMaxHeaderListBytes},
      {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, kMaxData},
  };
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

Http2Session::~Http2Session() {
  while (!calls_.empty()) calls_.front().OnClosed();
  nghttp2_session_del(session_);
}

Http2Call* Http2Session::FindCall(std::int32_t stream) const {
  return static_cast<Http2Call*>(nghttp2_session_get_stream_user_data(session_, stream));
}

absl::Status Http2Session::Submit(Http2Call& call) {
  const CallStart& start = call.start();
  // Values that differ from call to call would only push useful entries out of
  // the table of header compression.
  constexpr std::uint8_t kVaries = NGHTTP2_NV_FLAG_NO_INDEX;
  absl::InlinedVector<nghttp2_nv, 20> headers = {Header(":method", "POST", 0),
                                                 Header(":scheme", "http", 0),
                                                 Header(":path", start.path, 0),
                                                 Header(":authority", authority_, 0),
                                                 Header("te", "trailers", 0),
                                                 Header("content-type", "application/grpc", 0),
                                                 Header("user-agent", "triad-gateway", 0)};
  std::string timeout;
  if (start.timeout != absl::InfiniteDuration()) {
    timeout = FormatTimeout(absl::FromChrono(call.deadline() - std::chrono::steady_clock::now()));
    headers.push_back(Header("grpc-timeout", timeout, kVaries));
  }
  std::list<std::string> encoded;  // base64 of "-bin" values, which are rare
  for (std::size_t i = 0; i < start.metadata.size(); ++i) {
    const auto& [name, value] = start.metadata[i];
    absl::string_view sent = value;
    if (IsBinaryName(name)) sent = encoded.emplace_back(absl::Base64Escape(value));
    headers.push_back(Header(name, sent, repeated_.Repeats(i, start.metadata[i]) ? 0 : kVaries));
  }
  nghttp2_data_provider body{};
  body.read_callback = Http2Callbacks::ReadData;
  std::int32_t stream =
      nghttp2_submit_request(session_, nullptr, headers.data(), headers.size(), &body, &call);
  if (stream < 0) {
    draining_ = true;
    return absl::UnavailableError(absl::StrCat("cannot open a stream: ", nghttp2_strerror(stream)));
  }
  calls_.push_back(call);
  ++streams_;
  if (IsEndless(call)) ++endless_;
  call.OnOpened(*this, stream);
  observer_.OnWantsToSend();
  return absl::OkStatus();
}

void Http2Session::Cancel(Http2Call& call) {
  std::int32_t stream = call.stream();
  Forget(call);
  if (call.stream_over()) return;
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
  observer_.OnWantsToSend();
}

void Http2Session::ResumeSending(std::int32_t stream) {
  nghttp2_session_resume_data(session_, stream);
  observer_.OnWantsToSend();
}

void Http2Session::OpenWindow(std::int32_t stream, std::size_t bytes) {
  nghttp2_session_consume_stream(session_, stream, bytes);
  if (nghttp2_session_want_write(session_) != 0) observer_.OnWantsToSend();
}

void Http2Session::WidenWindow(std::int32_t stream, std::size_t window) {
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, stream,
                                        static_cast<std::int32_t>(window));
}

void Http2Session::Ping() {
  nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
  observer_.OnWantsToSend();
}

bool Http2Session::idle() const {
  return std::all_of(calls_.begin(), calls_.end(),
                     [](const Http2Call& call) { return call.background; });
}

std::uint32_t Http2Session::max_streams() const {
  return nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

bool Http2Session::HasRoom(bool endless) const {
  std::uint32_t limit = max_streams();
  if (streams_ >= limit) return false;
  return !endless || endless_ < limit - limit / kStreamsPerKept;
}

void Http2Session::Drain() {
  draining_ = true;
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, 0, NGHTTP2_NO_ERROR, nullptr, 0);
  observer_.OnWantsToSend();
}

bool Http2Session::over() const { return nghttp2_session_want_read(session_) == 0; }

absl::Status Http2Session::Receive(absl::string_view bytes) {
  ssize_t result = nghttp2_session_mem_recv(
      session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (result < 0) return SessionError(result);
  if (nghttp2_session_want_write(session_) != 0) observer_.OnWantsToSend();
  if (over()) return absl::UnavailableError("the HTTP/2 session ended");
  return absl::OkStatus();
}

absl::Status Http2Session::Collect(FrameBuffer* out, std::size_t enough) {
  collected_ = out;
  enough_ = enough;
  while (out->size() < enough) {
    const std::uint8_t* frame = nullptr;
    ssize_t size = nghttp2_session_mem_send(session_, &frame);
    if (size < 0) return SessionError(size);
    if (size == 0) break;
    out->Append(View(frame, static_cast<std::size_t>(size)));
  }
  return absl::OkStatus();
}

void Http2Session::Forget(Http2Call& call) {
  nghttp2_session_set_stream_user_data(session_, call.stream(), nullptr);
  --streams_;
  if (IsEndless(call)) --endless_;
  call.OnClosed();
  observer_.OnStreamOver();
}

void Http2Session::OnSettingsFrame() {
  if (streams_ > max_streams()) RequeueUnopened();
  observer_.OnSettings();
}

// nghttp2 would keep them until streams end here, while there may be room elsewhere.
void Http2Session::RequeueUnopened() {
  for (auto it = calls_.begin(); it != calls_.end();) {
    Http2Call& call = *it++;
    if (nghttp2_session_find_stream(session_, call.stream()) != nullptr) continue;
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, call.stream(), NGHTTP2_CANCEL);
    Forget(call);
    call.Requeue();
  }
}

void Http2Session::OnGoawayFrame(std::uint32_t error, absl::string_view debug) {
  draining_ = true;
  // nghttp2 closes the streams above the last id itself, but not those that it has
  // not even opened.
  RequeueUnopened();
  observer_.OnGoaway(error == NGHTTP2_ENHANCE_YOUR_CALM && debug == "too_many_pings");
}

void Http2Session::FailCalls(const absl::Status& status) {
  while (!calls_.empty()) {
    Http2Call& call = calls_.front();
    bool seen = nghttp2_session_find_stream(session_, call.stream()) != nullptr;
    Forget(call);
    if (seen || !call.replayable()) {
      call.Fail(status);
    } else {
      call.Requeue();
    }
  }
}

}  // namespace triad::grpc_client

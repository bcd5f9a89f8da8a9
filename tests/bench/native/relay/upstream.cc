#include "tests/bench/native/relay/upstream.h"

#include <nghttp2/nghttp2.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include "absl/strings/string_view.h"
#include "tests/bench/native/result.h"

namespace triad::bench {
namespace {

constexpr std::size_t kFrameHead = 9;
constexpr ssize_t kMaxData = 64 * 1024;
// So much that the service is never held back, and seldom told that it is not.
constexpr std::int32_t kStreamWindow = 8 << 20;
constexpr std::int32_t kConnectionWindow = 256 << 20;
constexpr std::size_t kReadBytes = 256 << 10;
constexpr std::uint32_t kMaxStreams = 1 << 20;

// Nothing is copied: names and values outlive the session.
nghttp2_nv Header(absl::string_view name, absl::string_view value) {
  auto bytes = [](absl::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

absl::string_view View(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

struct UpstreamCallbacks {
  static Call* CallOf(nghttp2_session* session, std::int32_t stream) {
    return static_cast<Call*>(nghttp2_session_get_stream_user_data(session, stream));
  }

  static int OnHeader(nghttp2_session* session, const nghttp2_frame* frame,
                      const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                      std::size_t value_size, std::uint8_t, void*) {
    if (View(name, name_size) != "grpc-status") return 0;
    Call* call = CallOf(session, frame->hd.stream_id);
    if (call != nullptr) call->ok = View(value, value_size) == "0";
    return 0;
  }

  static int OnData(nghttp2_session* session, std::uint8_t, std::int32_t stream,
                    const std::uint8_t*, std::size_t size, void* self) {
    Call* call = CallOf(session, stream);
    if (call != nullptr) static_cast<Upstream*>(self)->OnBytes(*call, size);
    return 0;
  }

  static int OnClose(nghttp2_session* session, std::int32_t stream, std::uint32_t, void* self) {
    Call* call = CallOf(session, stream);
    if (call != nullptr) static_cast<Upstream*>(self)->OnClose(*call);
    return 0;
  }

  static ssize_t LimitData(nghttp2_session*, std::uint8_t, std::int32_t, std::int32_t connection,
                           std::int32_t stream, std::uint32_t max_frame, void*) {
    return std::min<ssize_t>({connection, stream, static_cast<ssize_t>(max_frame), kMaxData});
  }

  // Says how much the frame has; WriteData puts it there.
  static ssize_t ReadData(nghttp2_session*, std::int32_t, std::uint8_t*, std::size_t room,
                          std::uint32_t* flags, nghttp2_data_source* source, void*) {
    const Call& call = *static_cast<Call*>(source->ptr);
    std::size_t left = call.prepared->request.size() - call.sent;
    if (left <= room) *flags |= NGHTTP2_DATA_FLAG_EOF;
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    return static_cast<ssize_t>(std::min(left, room));
  }

  static int WriteData(nghttp2_session*, nghttp2_frame*, const std::uint8_t* head, std::size_t size,
                       nghttp2_data_source* source, void* self) {
    Call& call = *static_cast<Call*>(source->ptr);
    Output& output = static_cast<Upstream*>(self)->output_;
    output.Append(View(head, kFrameHead));
    output.AppendLasting(absl::string_view(call.prepared->request).substr(call.sent, size));
    call.sent += size;
    return 0;
  }

  static nghttp2_session* MakeSession(Upstream& upstream) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnData);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
    nghttp2_session_callbacks_set_data_source_read_length_callback(callbacks, LimitData);
    nghttp2_session_callbacks_set_send_data_callback(callbacks, WriteData);
    nghttp2_option* option = nullptr;
    nghttp2_option_new(&option);
    // The service's messages are known; what they look like need not be looked at.
    nghttp2_option_set_no_http_messaging(option, 1);
    nghttp2_option_set_peer_max_concurrent_streams(option, kMaxStreams);
    nghttp2_session* session = nullptr;
    nghttp2_session_client_new2(&session, callbacks, &upstream, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    return session;
  }
};

Upstream::Upstream(Loop& loop, Descriptor connected)
    : socket_(std::move(connected)), session_(UpstreamCallbacks::MakeSession(*this)) {
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, kMaxData},
  };
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
  loop.Add(socket_.get(), *this);
}

Upstream::~Upstream() { nghttp2_session_del(session_); }

Call& Upstream::Begin(const Prepared& prepared, CallObserver& observer) {
  if (free_.empty()) free_.push_back(calls_.emplace_back(std::make_unique<Call>()).get());
  Call& call = *free_.back();
  free_.pop_back();
  call = {.prepared = &prepared, .observer = &observer};
  const nghttp2_nv headers[] = {
      Header(":method", "POST"),         Header(":scheme", "http"),
      Header(":path", prepared.call),    Header(":authority", "localhost"),
      Header("te", "trailers"),          Header("content-type", "application/grpc"),
      Header("user-agent", "the-relay"),
  };
  nghttp2_data_provider body{};
  body.source.ptr = &call;
  body.read_callback = UpstreamCallbacks::ReadData;
  call.stream =
      nghttp2_submit_request(session_, nullptr, headers, std::size(headers), &body, &call);
  if (call.stream < 0) Fail("there are no streams left");
  return call;
}

void Upstream::Cancel(Call& call) {
  call.observer = nullptr;
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, call.stream, NGHTTP2_CANCEL);
}

void Upstream::Flush() {
  const std::uint8_t* bytes = nullptr;
  for (;;) {
    ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) Fail(nghttp2_strerror(static_cast<int>(size)));
    if (size == 0) break;
    output_.Append(View(bytes, static_cast<std::size_t>(size)));
  }
  if (!output_.WriteTo(socket_.get())) Fail("the connection to the service is broken");
}

void Upstream::OnReady(std::uint32_t events) {
  if ((events & (EPOLLIN | EPOLLRDHUP)) == 0) return;  // Flush follows each round
  thread_local std::vector<std::uint8_t> buffer(kReadBytes);
  for (;;) {
    ssize_t size =
        RetryOnEintr([&] { return recv(socket_.get(), buffer.data(), buffer.size(), 0); });
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) Fail("the service has closed the connection");
    ssize_t taken =
        nghttp2_session_mem_recv(session_, buffer.data(), static_cast<std::size_t>(size));
    if (taken < 0) Fail(nghttp2_strerror(static_cast<int>(taken)));
    // All is read, but for an end that came with it.
    if (static_cast<std::size_t>(size) < buffer.size() && (events & EPOLLRDHUP) == 0) return;
  }
}

void Upstream::OnBytes(Call& call, std::size_t bytes) {
  call.received += bytes;
  if (!call.prepared->streams) return;
  for (; call.received >= call.prepared->answer_bytes;
       call.received -= call.prepared->answer_bytes) {
    if (call.observer != nullptr) call.observer->OnMessage();
  }
}

void Upstream::OnClose(Call& call) {
  std::size_t expected = call.prepared->streams ? 0 : call.prepared->answer_bytes;
  CallObserver* observer = std::exchange(call.observer, nullptr);
  bool ok = call.ok && call.received == expected;
  free_.push_back(&call);
  if (observer != nullptr) observer->OnDone(ok);
}

}  // namespace triad::bench

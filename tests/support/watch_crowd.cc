#include "tests/support/watch_crowd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <stdexcept>
#include <utility>

namespace triad::testing {
namespace {

// No stream waits for the connection as a whole.
constexpr std::int32_t kConnectionWindow = 1 << 30;
constexpr std::size_t kPrefixBytes = 5;  // of a gRPC message: flags and length

int Connect(const std::string& address) {
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(descriptor, reinterpret_cast<sockaddr*>(&peer), sizeof peer) != 0) {
    close(descriptor);
    throw std::runtime_error("cannot connect to " + address + ": " + strerror(errno));
  }
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  return descriptor;
}

std::string Framed(const std::string& message) {
  std::string framed(1, '\0');
  for (int shift : {24, 16, 8, 0}) framed += static_cast<char>(message.size() >> shift);
  return framed + message;
}

nghttp2_nv Header(const std::string& name, const std::string& value) {
  auto bytes = [](const std::string& text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

// Cuts the bytes of a stream into messages, and keeps none.
class MessageCounter {
 public:
  // Calls `message` with the size of each that ends in `bytes`.
  template <typename Message>
  void Take(const std::uint8_t* bytes, std::size_t size, Message message) {
    while (size > 0) {
      if (prefix_.size() < kPrefixBytes) {
        prefix_.push_back(*bytes++);
        --size;
        if (prefix_.size() < kPrefixBytes) continue;
        for (std::size_t i = 1; i < kPrefixBytes; ++i) length_ = length_ << 8 | prefix_[i];
        left_ = length_;
      }
      std::size_t taken = std::min(size, left_);
      bytes += taken;
      size -= taken;
      left_ -= taken;
      if (left_ > 0) continue;
      message(length_);
      prefix_.clear();
      length_ = 0;
    }
  }

 private:
  std::vector<std::uint8_t> prefix_;
  std::size_t length_ = 0;
  std::size_t left_ = 0;
};

}  // namespace

class WatchCrowd::Connection {
 public:
  Connection(WatchCrowd& crowd, Reader reader)
      : crowd_(crowd), reader_(reader), descriptor_(Connect(crowd.options_.address)) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, OnFrame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnData);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
    nghttp2_option* option = nullptr;
    nghttp2_option_new(&option);
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_session_client_new2(&session_, callbacks, this, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
    for (int i = 0; i < crowd.options_.streams; ++i) Begin();
  }
  ~Connection() {
    nghttp2_session_del(session_);
    if (descriptor_ >= 0) close(descriptor_);
  }

  bool reads() const { return !(reader_ == Reader::kStops && crowd_.stopped_); }
  pollfd Wanted() const {
    short events = static_cast<short>(reads() ? POLLIN : 0);
    if (!out_.empty() || nghttp2_session_want_write(session_) != 0) events |= POLLOUT;
    return {descriptor_, events, 0};
  }

  void Serve(short events) {
    if ((events & POLLIN) != 0 && !Receive()) return Close();
    if (!SendAll()) Close();
  }

 private:
  static Connection& Of(void* user_data) { return *static_cast<Connection*>(user_data); }

  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    bool head = frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_RESPONSE &&
                (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0;
    if (head) ++Of(user_data).crowd_.begun_;
    return 0;
  }
  static int OnData(nghttp2_session* session, std::uint8_t, std::int32_t stream,
                    const std::uint8_t* bytes, std::size_t size, void* user_data) {
    Connection& self = Of(user_data);
    nghttp2_session_consume_connection(session, size);
    if (self.reader_ != Reader::kShutsWindows) {
      nghttp2_session_consume_stream(session, stream, size);
    }
    self.counters_[stream].Take(bytes, size, [&](std::size_t message) {
      if (message >= self.crowd_.options_.large_bytes) ++self.crowd_.large_messages_;
    });
    return 0;
  }
  static int OnClose(nghttp2_session*, std::int32_t, std::uint32_t, void* user_data) {
    ++Of(user_data).crowd_.ended_;
    return 0;
  }
  static ssize_t ReadBody(nghttp2_session*, std::int32_t stream, std::uint8_t* buffer,
                          std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                          void* user_data) {
    Connection& self = Of(user_data);
    std::size_t& sent = self.sent_[stream];
    std::size_t end = self.body_.size() - self.crowd_.options_.withheld;
    if (sent == end && end < self.body_.size()) return NGHTTP2_ERR_DEFERRED;
    std::size_t taken =
        self.body_.copy(reinterpret_cast<char*>(buffer), std::min(size, end - sent), sent);
    sent += taken;
    if (sent == self.body_.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(taken);
  }

  void Begin() {
    std::string names[] = {":method", ":scheme", ":path", ":authority", "te", "content-type"};
    std::string values[] = {"POST",
                            "http",
                            crowd_.options_.path,
                            crowd_.options_.address,
                            "trailers",
                            "application/grpc"};
    std::vector<nghttp2_nv> headers;
    for (std::size_t i = 0; i < std::size(names); ++i) {
      headers.push_back(Header(names[i], values[i]));
    }
    nghttp2_data_provider body{};
    body.read_callback = ReadBody;
    nghttp2_submit_request(session_, nullptr, headers.data(), headers.size(), &body, nullptr);
  }

  bool Receive() {
    std::uint8_t buffer[65536];
    ssize_t size = recv(descriptor_, buffer, sizeof buffer, 0);
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    return size > 0 &&
           nghttp2_session_mem_recv(session_, buffer, static_cast<std::size_t>(size)) == size;
  }

  bool SendAll() {
    for (;;) {
      if (out_.empty()) {
        const std::uint8_t* bytes = nullptr;
        ssize_t size = nghttp2_session_mem_send(session_, &bytes);
        if (size <= 0) return size == 0;
        out_.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
      }
      ssize_t sent = send(descriptor_, out_.data(), out_.size(), MSG_NOSIGNAL);
      if (sent < 0) return errno == EAGAIN || errno == EINTR;
      out_.erase(0, static_cast<std::size_t>(sent));
    }
  }

  void Close() {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = -1;  // poll passes over it
    ++crowd_.ended_;
  }

  WatchCrowd& crowd_;
  const Reader reader_;
  int descriptor_;
  const std::string body_ = Framed(crowd_.options_.request);
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, std::size_t> sent_;  // of the bodies
  std::map<std::int32_t, MessageCounter> counters_;
  std::string out_;
};

WatchCrowd::WatchCrowd(Options options) : options_(std::move(options)) {
  for (Reader reader : options_.connections) {
    connections_.push_back(std::make_unique<Connection>(*this, reader));
  }
  thread_ = std::thread([this] { Run(); });
}

WatchCrowd::~WatchCrowd() {
  closing_ = true;
  thread_.join();
}

void WatchCrowd::Run() {
  constexpr int kLookMs = 50;  // whether it is to stop
  while (!closing_) {
    std::vector<pollfd> wanted;
    for (const auto& connection : connections_) wanted.push_back(connection->Wanted());
    poll(wanted.data(), wanted.size(), kLookMs);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i].revents != 0) connections_[i]->Serve(wanted[i].revents);
    }
  }
}

std::string Field(int number, const std::string& bytes) {
  std::string field(1, static_cast<char>(number << 3 | 2));
  for (std::size_t size = bytes.size();; size >>= 7) {
    field += static_cast<char>((size & 0x7F) | (size > 0x7F ? 0x80 : 0));
    if (size <= 0x7F) break;
  }
  return field + bytes;
}

std::string WatchRequest(const std::string& space) { return Field(1, "namespaces/" + space); }

std::string SetRequest(const std::string& space, const std::string& key, const std::string& text) {
  std::string name = "namespaces/" + space + "/entries/" + key;
  return Field(1, Field(1, name) + Field(2, Field(1, text)));
}

}  // namespace triad::testing

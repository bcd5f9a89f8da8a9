#include "runtime/grpc_client/testing/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "runtime/base/elapsed.h"

namespace triad::grpc_client {
namespace {

constexpr int kPollMilliseconds = 5;

const ScriptedReply::Fields kUnimplemented = {
    {":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "12"}};

// A reply under way.
struct Body {
  ScriptedReply reply;
  std::size_t offset = 0;
};

std::vector<nghttp2_nv> ToNghttp2(const ScriptedReply::Fields& fields) {
  std::vector<nghttp2_nv> headers;
  for (const auto& [name, value] : fields) {
    auto bytes = [](const std::string& text) {
      return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
    };
    headers.push_back({bytes(name), bytes(value), name.size(), value.size(), 0});
  }
  return headers;
}

}  // namespace

std::string Framed(const std::string& message) {
  auto size = static_cast<std::uint32_t>(message.size());
  std::string framed(1, '\0');
  for (int shift : {24, 16, 8, 0}) framed.push_back(static_cast<char>(size >> shift));
  return framed + message;
}

// One connection, on its own thread.
class ScriptedServer::Peer {
 public:
  Peer(ScriptedServer& server, int fd, int number)
      : server_(server), fd_(fd), connection_(number) {}

  void Run() {
    MakeSession();
    while (!server_.stop_ && !hang_up_ && Turn()) {
    }
    nghttp2_session_del(session_);
    ::close(fd_);
  }

 private:
  static Peer& Of(void* user_data) { return *static_cast<Peer*>(user_data); }

  void MakeSession() {
    nghttp2_session_callbacks* table = nullptr;
    nghttp2_session_callbacks_new(&table);
    nghttp2_session_callbacks_set_on_header_callback(
        table, [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                  std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                  std::uint8_t, void* self) {
          Of(self)
              .requests_[frame->hd.stream_id]
              .headers[std::string(reinterpret_cast<const char*>(name), name_size)] =
              std::string(reinterpret_cast<const char*>(value), value_size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        table, [](nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* data,
                  std::size_t size, void* self) {
          Of(self).requests_[stream].body.append(reinterpret_cast<const char*>(data), size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_frame_recv_callback(
        table, [](nghttp2_session*, const nghttp2_frame* frame, void* self) {
          Of(self).OnFrame(*frame);
          return 0;
        });
    nghttp2_option* option = nullptr;
    nghttp2_option_new(&option);
    nghttp2_option_set_max_send_header_block_length(option, 1 << 20);
    nghttp2_session_server_new2(&session_, table, this, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(table);
    std::vector<nghttp2_settings_entry> settings = {
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, server_.options_.window}};
    if (server_.options_.max_streams > 0) {
      settings.push_back({NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, server_.options_.max_streams});
    }
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
  }

  bool Turn() {
    pollfd poll{fd_, POLLIN, 0};
    if (::poll(&poll, 1, kPollMilliseconds) > 0) {
      char bytes[16384];
      ssize_t size = ::recv(fd_, bytes, sizeof bytes, 0);
      if (size <= 0) return false;
      if (server_.options_.frozen) return true;
      if (nghttp2_session_mem_recv(session_, reinterpret_cast<std::uint8_t*>(bytes), size) < 0) {
        return false;
      }
    }
    return server_.options_.frozen || Write();
  }

  bool Write() {
    const std::uint8_t* bytes = nullptr;
    while (true) {
      ssize_t size = nghttp2_session_mem_send(session_, &bytes);
      if (size <= 0) return size == 0;
      std::size_t step = server_.options_.split ? 1 : static_cast<std::size_t>(size);
      for (ssize_t at = 0; at < size; at += step) {
        if (::send(fd_, bytes + at, step, MSG_NOSIGNAL) != static_cast<ssize_t>(step)) {
          return false;
        }
      }
    }
  }

  void OnFrame(const nghttp2_frame& frame) {
    if (frame.hd.type == NGHTTP2_RST_STREAM) {
      MutexLock lock(server_.mutex_);
      ++server_.cancels_;
      server_.changed_.NotifyAll();
    }
    bool is_head = frame.hd.type == NGHTTP2_HEADERS;
    bool is_end = (is_head || frame.hd.type == NGHTTP2_DATA) &&
                  (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (server_.options_.at_head ? is_head : is_end) Answer(frame.hd.stream_id);
  }

  void Answer(std::int32_t stream) {
    ScriptedRequest& request = requests_[stream];
    if (request.headers[":path"] == "/grpc.health.v1.Health/Watch") return AnswerHealth(stream);
    request.connection = connection_;
    request.number = server_.requests_++;
    Body& body = bodies_[stream];
    {
      MutexLock lock(server_.script_mutex_);
      body.reply = server_.script_(request);
    }
    const ScriptedReply& reply = body.reply;
    if (reply.goaway.has_value()) {
      nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, *reply.goaway, NGHTTP2_NO_ERROR, nullptr,
                            0);
    }
    if (reply.reset.has_value()) {
      nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, *reply.reset);
    } else if (reply.hang_up) {
      hang_up_ = true;
    } else if (!reply.garbage.empty()) {
      ::send(fd_, reply.garbage.data(), reply.garbage.size(), MSG_NOSIGNAL);
    } else if (!reply.silent) {
      Respond(stream, body);
    }
  }

  void AnswerHealth(std::int32_t stream) {
    if (server_.options_.not_serving) {
      Body& body = bodies_[stream];
      body.reply.data = Framed("\x08\x02");  // HealthCheckResponse{status: NOT_SERVING}
      body.reply.stays_open = true;
      return Respond(stream, body);
    }
    std::vector<nghttp2_nv> headers = ToNghttp2(kUnimplemented);
    nghttp2_submit_response(session_, stream, headers.data(), headers.size(), nullptr);
  }

  void Respond(std::int32_t stream, Body& body) {
    std::vector<nghttp2_nv> headers = ToNghttp2(body.reply.headers);
    const ScriptedReply& reply = body.reply;
    bool headers_alone = reply.data.empty() && reply.trailers.empty() && !reply.reset_after &&
                         !reply.hang_up_after && !reply.stays_open;
    nghttp2_data_provider provider{};
    provider.source.ptr = &body;
    provider.read_callback = ReadBody;
    nghttp2_submit_response(session_, stream, headers.data(), headers.size(),
                            headers_alone ? nullptr : &provider);
  }

  static ssize_t ReadBody(nghttp2_session* session, std::int32_t stream, std::uint8_t* out,
                          std::size_t room, std::uint32_t* flags, nghttp2_data_source* source,
                          void* self) {
    Body& body = *static_cast<Body*>(source->ptr);
    std::size_t count = std::min(room, body.reply.data.size() - body.offset);
    std::copy_n(body.reply.data.begin() + body.offset, count, out);
    body.offset += count;
    if (body.offset < body.reply.data.size()) return count;
    if (body.reply.hang_up_after) Of(self).hang_up_ = true;
    bool has_end = !body.reply.stays_open && !body.reply.hang_up_after;
    if (!has_end) return count > 0 ? static_cast<ssize_t>(count) : ssize_t{NGHTTP2_ERR_DEFERRED};
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (body.reply.reset_after.has_value()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream, *body.reply.reset_after);
    } else if (!body.reply.trailers.empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      std::vector<nghttp2_nv> trailers = ToNghttp2(body.reply.trailers);
      nghttp2_submit_trailer(session, stream, trailers.data(), trailers.size());
    }
    return count;
  }

  ScriptedServer& server_;
  const int fd_;
  const int connection_;
  bool hang_up_ = false;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, ScriptedRequest> requests_;
  std::map<std::int32_t, Body> bodies_;
};

ScriptedServer::ScriptedServer(Script script, Options options)
    : script_(std::move(script)), options_(std::move(options)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::inet_addr(options_.address.c_str());
  address.sin_port = htons(options_.port);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { Accept(); });
}

ScriptedServer::~ScriptedServer() {
  stop_ = true;
  acceptor_.join();
  for (std::thread& peer : peers_) peer.join();
  ::close(listener_);
}

void ScriptedServer::Accept() {
  while (!stop_) {
    pollfd poll{listener_, POLLIN, 0};
    if (::poll(&poll, 1, kPollMilliseconds) <= 0) continue;
    int fd = ::accept(listener_, nullptr, nullptr);
    if (fd < 0) continue;
    int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    peers_.emplace_back([this, fd, number = connections_++] { Peer(*this, fd, number).Run(); });
  }
}

std::string ScriptedServer::target() const { return absl::StrCat(options_.address, ":", port_); }

bool ScriptedServer::WaitForCancels(int count) {
  Countdown countdown(absl::Seconds(5));
  MutexLock lock(mutex_);
  while (cancels_ < count) {
    if (countdown.over()) return false;
    changed_.WaitFor(mutex_, countdown.left());
  }
  return true;
}

}  // namespace triad::grpc_client

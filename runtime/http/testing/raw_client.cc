#include "runtime/http/testing/raw_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace triad::http {
namespace {

template <typename T>
void SetOption(int descriptor, int level, int name, const T& value) {
  EXPECT_EQ(setsockopt(descriptor, level, name, &value, sizeof(value)), 0);
}

}  // namespace

RawClient::RawClient(int port, int receive_buffer, const char* from)
    : descriptor_(socket(AF_INET, SOCK_STREAM, 0)) {
  SetOption(descriptor_, SOL_SOCKET, SO_RCVTIMEO, timeval{10, 0});
  SetOption(descriptor_, SOL_SOCKET, SO_SNDTIMEO, timeval{10, 0});
  SetOption(descriptor_, IPPROTO_TCP, TCP_NODELAY, 1);
  if (receive_buffer > 0) SetOption(descriptor_, SOL_SOCKET, SO_RCVBUF, receive_buffer);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  EXPECT_EQ(inet_pton(AF_INET, from, &address.sin_addr), 1);
  EXPECT_EQ(bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
}

RawClient::~RawClient() { Close(); }

bool RawClient::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::size_t RawClient::TrySend(absl::string_view bytes) {
  ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

bool RawClient::Fill() {
  char bytes[16 * 1024];
  ssize_t count = recv(descriptor_, bytes, sizeof(bytes), 0);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    ADD_FAILURE() << "the server sent nothing for 10 seconds";
  }
  if (count <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::optional<std::string> RawClient::ReadLine() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!Fill()) return std::nullopt;
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

std::string RawClient::ReadBytes(std::size_t count) {
  while (buffer_.size() < count && Fill()) continue;
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string RawClient::ReadToEnd() {
  while (Fill()) continue;
  return std::exchange(buffer_, "");
}

bool RawClient::AtEnd() { return buffer_.empty() && !Fill(); }

std::optional<RawResponse> RawClient::Read(bool head_request) {
  RawResponse response;
  auto status_line = ReadLine();
  if (!status_line) return std::nullopt;
  EXPECT_TRUE(absl::StartsWith(*status_line, "HTTP/1.1 ")) << *status_line;
  EXPECT_TRUE(absl::SimpleAtoi(status_line->substr(9, 3), &response.status)) << *status_line;
  for (;;) {
    auto line = ReadLine();
    if (!line) return std::nullopt;
    if (line->empty()) break;
    std::size_t colon = line->find(": ");
    response.headers.Add(line->substr(0, colon), line->substr(colon + 2));
  }
  std::uint64_t length = 0;
  bool empty =
      head_request || response.status == 204 || response.status == 304 || response.status < 200;
  if (empty) {
    response.complete = true;
  } else if (absl::SimpleAtoi(response.header("content-length"), &length)) {
    response.body = ReadBytes(length);
    response.complete = response.body.size() == length;
  } else if (response.header("transfer-encoding") == "chunked") {
    while (auto size_line = ReadLine()) {
      std::size_t size = std::stoul(*size_line, nullptr, 16);
      response.body += ReadBytes(size);
      response.complete = ReadLine().has_value() && size == 0;
      if (size == 0) break;
    }
  } else {
    response.body = ReadToEnd();
    response.complete = true;
  }
  return response;
}

void RawClient::ShutdownSend() { shutdown(descriptor_, SHUT_WR); }

void RawClient::Reset() {
  SetOption(descriptor_, SOL_SOCKET, SO_LINGER, linger{1, 0});
  Close();
}

void RawClient::Close() {
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = -1;
}

std::optional<RawResponse> Fetch(int port, absl::string_view request) {
  RawClient client(port);
  if (!client.Send(request)) return std::nullopt;
  return client.Read(absl::StartsWith(request, "HEAD "));
}

}  // namespace triad::http

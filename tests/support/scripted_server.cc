#include "tests/support/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace triad::testing {
namespace {

// What `received` lacks up to `size` bytes. False if the client is gone.
bool ReadUpTo(int socket, std::string& received, std::size_t size) {
  char buffer[65536];
  while (received.size() < size) {
    ssize_t n = recv(socket, buffer, std::min(sizeof buffer, size - received.size()), 0);
    if (n <= 0) return false;
    received.append(buffer, static_cast<std::size_t>(n));
  }
  return true;
}

bool ReadUntil(int socket, std::string& received, const std::string& end) {
  while (received.size() < end.size() ||
         received.compare(received.size() - end.size(), end.size(), end) != 0) {
    if (!ReadUpTo(socket, received, received.size() + 1)) return false;
  }
  return true;
}

void SendAll(int socket, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    ssize_t n = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return;
    sent += static_cast<std::size_t>(n);
  }
}

void WaitForEnd(int socket) {
  char byte;
  while (recv(socket, &byte, 1, 0) > 0) {
  }
}

ScriptedRequest ParseHead(const std::string& head) {
  ScriptedRequest request;
  request.head = head;
  std::istringstream lines(head);
  lines >> request.method >> request.target;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && line != "\r") {
    std::size_t colon = line.find(':');
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), ::tolower);
    std::size_t value = line.find_first_not_of(' ', colon + 1);
    request.headers[name] = line.substr(value, line.size() - 1 - value);
  }
  return request;
}

bool IsChunked(const ScriptedRequest& request) {
  return request.headers.count("transfer-encoding") > 0;
}

std::size_t BodySize(const ScriptedRequest& request) {
  auto length = request.headers.find("content-length");
  return length == request.headers.end() ? 0 : std::stoul(length->second);
}

}  // namespace

ScriptedReply Reply(int status, const std::string& body) {
  return {"HTTP/1.1 " + std::to_string(status) + " -\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body,
          false};
}

ScriptedServer::ScriptedServer(Answer answer, CutBody cut)
    : answer_(std::move(answer)), cut_(std::move(cut)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { Accept(); });
}

ScriptedServer::~ScriptedServer() {
  shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  close(listener_);
  {
    std::lock_guard lock(mutex_);
    for (int socket : open_) shutdown(socket, SHUT_RDWR);
  }
  // Nobody adds to it any more.
  for (std::thread& thread : serving_) thread.join();
}

int ScriptedServer::open() {
  std::lock_guard lock(mutex_);
  return static_cast<int>(open_.size());
}

void ScriptedServer::Accept() {
  while (true) {
    int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    ++connections_;
    std::lock_guard lock(mutex_);
    open_.insert(socket);
    serving_.emplace_back([this, socket] { Serve(socket); });
  }
}

void ScriptedServer::Serve(int socket) {
  Talk(socket);
  std::lock_guard lock(mutex_);
  open_.erase(socket);
  close(socket);
}

void ScriptedServer::Talk(int socket) {
  std::string head;
  if (!ReadUntil(socket, head, "\r\n\r\n")) return;
  ScriptedRequest request = ParseHead(head);
  std::optional<std::size_t> cut = cut_ ? cut_(request) : std::nullopt;
  if (IsChunked(request) && !ReadUntil(socket, request.body, "0\r\n\r\n")) return;
  if (!ReadUpTo(socket, request.body, std::min(cut.value_or(-1), BodySize(request))) || cut) return;
  ScriptedReply reply = answer_(request);
  SendAll(socket, reply.bytes);
  if (reply.hold) WaitForEnd(socket);
}

}  // namespace triad::testing

#include "tests/bench/native/relay/connection.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "tests/bench/native/relay/front.h"

namespace triad::bench {
namespace {

constexpr std::size_t kReadBytes = 256 << 10;
constexpr absl::string_view kEndOfHead = "\r\n\r\n";
constexpr absl::string_view kNotPrepared =
    "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
constexpr absl::string_view kFailed = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
constexpr absl::string_view kLastChunk = "0\r\n\r\n";

// 0 if there is none.
std::size_t ContentLength(absl::string_view head) {
  constexpr absl::string_view kName = "\r\ncontent-length:";
  for (std::size_t line = head.find("\r\n"); line != absl::string_view::npos;
       line = head.find("\r\n", line + 2)) {
    absl::string_view rest = head.substr(line);
    if (!absl::StartsWithIgnoreCase(rest, kName)) continue;
    rest.remove_prefix(kName.size());
    std::size_t length = 0;
    if (absl::SimpleAtoi(rest.substr(0, rest.find("\r\n")), &length)) return length;
  }
  return 0;
}

}  // namespace

Connection::Connection(Front& front, Descriptor socket)
    : front_(front), socket_(std::move(socket)) {}

void Connection::OnReady(std::uint32_t events) {
  if (!closed_ && waiting_ != nullptr && (events & EPOLLOUT) != 0) Write();
  if (!closed_ && (events & (EPOLLIN | EPOLLRDHUP)) != 0) Read((events & EPOLLRDHUP) != 0);
}

void Connection::Read(bool ending) {
  thread_local std::vector<char> buffer(kReadBytes);
  while (!closed_) {
    ssize_t size =
        RetryOnEintr([&] { return recv(socket_.get(), buffer.data(), buffer.size(), 0); });
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return Close();
    absl::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
    if (unread_.empty()) {
      Take(bytes);
    } else {
      std::string all = std::exchange(unread_, "");
      all.append(bytes.data(), bytes.size());
      Take(all);
    }
    // All is read, but for an end that came with it.
    if (bytes.size() < buffer.size() && !ending) return;
  }
}

void Connection::Take(absl::string_view bytes) {
  while (!closed_ && call_ == nullptr && !bytes.empty()) {
    if (prepared_ == nullptr) {
      std::size_t end = bytes.find(kEndOfHead);
      if (end == absl::string_view::npos) break;
      if (!TakeHead(bytes.substr(0, end + 2))) return;
      bytes.remove_prefix(end + kEndOfHead.size());
    } else {
      std::size_t count = std::min(bytes.size(), body_left_);
      bytes.remove_prefix(count);
      body_left_ -= count;
    }
    if (body_left_ == 0) BeginCall();
  }
  unread_ = std::string(bytes);
}

bool Connection::TakeHead(absl::string_view head) {
  absl::string_view line = head.substr(0, head.find("\r\n"));
  prepared_ = front_.Find(absl::StripSuffix(line, " HTTP/1.1"));
  if (prepared_ != nullptr) {
    body_left_ = ContentLength(head);
    return true;
  }
  output().Append(kNotPrepared);
  Write();
  if (!closed_) Close();
  return false;
}

void Connection::BeginCall() {
  call_ = &front_.upstream().Begin(*prepared_, *this);
  if (!prepared_->streams) return;
  front_.AppendHeadStart(output());
  output().Append(prepared_->head);
  Write();
}

void Connection::OnMessage() {
  output().AppendLasting(prepared_->body);
  Write();
}

void Connection::OnDone(bool ok) {
  call_ = nullptr;
  const Prepared& prepared = *std::exchange(prepared_, nullptr);
  if (prepared.streams) {
    if (!ok) return Close();
    output().Append(kLastChunk);
  } else if (ok) {
    front_.AppendHeadStart(output());
    output().Append(prepared.head);
    output().AppendLasting(prepared.body);
  } else {
    output().Append(kFailed);
  }
  Write();
  if (closed_ || unread_.empty()) return;
  std::string all = std::exchange(unread_, "");
  Take(all);
}

Output& Connection::output() { return waiting_ != nullptr ? *waiting_ : front_.shared_output(); }

void Connection::Write() {
  Output& written = output();
  if (!written.WriteTo(socket_.get())) {
    written = Output();
    return Close();
  }
  if (written.empty()) {
    waiting_.reset();
  } else if (waiting_ == nullptr) {
    waiting_ = std::make_unique<Output>(std::exchange(written, Output()));
  }
}

void Connection::Close() {
  closed_ = true;
  if (call_ != nullptr) front_.upstream().Cancel(*std::exchange(call_, nullptr));
  socket_ = Descriptor(-1);
  front_.Remove(*this);
}

}  // namespace triad::bench

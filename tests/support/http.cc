#include "tests/support/http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace triad::testing {
namespace {

struct Transfer {
  HttpRequest request;
  HttpResponse response;
  std::size_t sent = 0;
};

std::size_t OnBody(char* data, std::size_t, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  if (transfer.request.on_body) return transfer.request.on_body(data, size) ? size : 0;
  transfer.response.body.append(data, size);
  return size;
}

std::size_t OnHeader(char* data, std::size_t, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  std::string line(data, size);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.pop_back();
  if (line.rfind("HTTP/", 0) == 0) transfer.response.headers.clear();
  std::size_t colon = line.find(':');
  if (colon == std::string::npos) return size;
  std::string name = line.substr(0, colon);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return tolower(c); });
  std::size_t value = line.find_first_not_of(' ', colon + 1);
  transfer.response.headers[name] = value == std::string::npos ? "" : line.substr(value);
  return size;
}

std::size_t OnRead(char* buffer, std::size_t, std::size_t size, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  std::string piece = transfer.request.read_body
                          ? transfer.request.read_body(size)
                          : transfer.request.body.substr(transfer.sent, size);
  piece.copy(buffer, piece.size());
  transfer.sent += piece.size();
  return piece.size();
}

void SetBody(CURL* curl, Transfer& transfer) {
  const HttpRequest& request = transfer.request;
  if (request.method == "GET" || request.method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, request.method == "HEAD" ? 1L : 0L);
    return;
  }
  if (request.body.empty() && !request.read_body) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
  } else {
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, OnRead);
    curl_easy_setopt(curl, CURLOPT_READDATA, &transfer);
    const long long size =
        request.read_body ? request.body_size : static_cast<long long>(request.body.size());
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
  }
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

curl_slist* HeaderList(const HttpRequest& request) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const std::string& header : request.headers) list = curl_slist_append(list, header.c_str());
  return list;
}

}  // namespace

nlohmann::json HttpResponse::json() const {
  auto parsed = nlohmann::json::parse(body, nullptr, false);
  if (parsed.is_discarded()) {
    throw std::runtime_error("status " + std::to_string(status) + " " + error + ", not JSON: '" +
                             body.substr(0, 500) + "'");
  }
  return parsed;
}

HttpResponse Send(HttpRequest request) {
  Transfer transfer{std::move(request), {}, 0};
  std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(HeaderList(transfer.request),
                                                             curl_slist_free_all);
  curl_easy_setopt(curl.get(), CURLOPT_URL, transfer.request.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl.get(), CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS,
                   static_cast<long>(transfer.request.timeout.count()));
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &transfer);
  auto rate = static_cast<curl_off_t>(transfer.request.rate);
  curl_easy_setopt(curl.get(), CURLOPT_MAX_RECV_SPEED_LARGE, rate);
  curl_easy_setopt(curl.get(), CURLOPT_MAX_SEND_SPEED_LARGE, rate);
  SetBody(curl.get(), transfer);
  CURLcode code = curl_easy_perform(curl.get());
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.response.status = static_cast<int>(status);
  if (code != CURLE_OK) transfer.response.error = curl_easy_strerror(code);
  return std::move(transfer.response);
}

HttpResponse Get(const std::string& url, std::vector<std::string> headers) {
  HttpRequest request;
  request.url = url;
  request.headers = std::move(headers);
  return Send(std::move(request));
}

HttpResponse Put(const std::string& url, const std::string& body,
                 std::vector<std::string> headers) {
  HttpRequest request;
  request.method = "PUT";
  request.url = url;
  request.headers = std::move(headers);
  request.body = body;
  return Send(std::move(request));
}

HttpResponse OnceServed(const std::function<HttpResponse()>& send) {
  HttpResponse reply;
  Eventually([&] { return (reply = send()).status != 503; });
  return reply;
}

HttpResponse Post(const std::string& url, const std::string& body,
                  std::vector<std::string> headers) {
  HttpRequest request;
  request.method = "POST";
  request.url = url;
  request.headers = std::move(headers);
  request.body = body;
  return Send(std::move(request));
}

RawConnection::RawConnection(const std::string& address, const std::string& from) {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in self{};
  self.sin_family = AF_INET;
  inet_pton(AF_INET, from.c_str(), &self.sin_addr);
  if (bind(socket_, reinterpret_cast<sockaddr*>(&self), sizeof self) != 0) {
    close(socket_);
    throw std::runtime_error("cannot connect from " + from + ": " + strerror(errno));
  }
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&peer), sizeof peer) != 0) {
    close(socket_);
    throw std::runtime_error("cannot connect to " + address + ": " + strerror(errno));
  }
}

RawConnection::~RawConnection() { Close(); }

std::size_t RawConnection::TryWrite(const std::string& bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    ssize_t sent = send(socket_, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent <= 0) break;
    at += static_cast<std::size_t>(sent);
  }
  return at;
}

bool RawConnection::Write(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    ssize_t n = send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += static_cast<std::size_t>(n);
  }
  return true;
}

bool RawConnection::ReadSome(Milliseconds patience) {
  pollfd readable{socket_, POLLIN, 0};
  if (poll(&readable, 1, static_cast<int>(patience.count())) <= 0) return false;
  char buffer[16384];
  ssize_t n = recv(socket_, buffer, sizeof buffer, 0);
  if (n <= 0) return false;
  received_.append(buffer, static_cast<std::size_t>(n));
  return true;
}

std::string RawConnection::ReadUntil(const std::string& text, Milliseconds patience) {
  auto end = std::chrono::steady_clock::now() + patience;
  std::size_t looked = 0;
  while (received_.find(text, looked) == std::string::npos) {
    looked = received_.size() - std::min(received_.size(), text.size());
    const auto left =
        std::chrono::duration_cast<Milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !ReadSome(left)) break;
  }
  return received_;
}

std::string RawConnection::ReadAll() {
  while (ReadSome(kPatience)) {
  }
  return received_;
}

std::string RawConnection::Take(std::size_t count) {
  while (received_.size() < count && ReadSome(kPatience)) {
  }
  std::string taken = received_.substr(0, count);
  received_.erase(0, taken.size());
  return taken;
}

void RawConnection::Close(bool reset) {
  if (socket_ < 0) return;
  if (reset) {
    linger now{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  close(socket_);
  socket_ = -1;
}

}  // namespace triad::testing

// triad-probe URL: exit code 0 if a GET is answered with 2xx.
//
// A health check for images that have no shell and no curl in them. It speaks
// HTTP/1.0, so that the server closes; it takes http://HOST[:PORT][/PATH] only.
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr int kTimeoutSeconds = 4;

struct Url {
  std::string authority;  // as it came, for Host
  std::string host;
  std::string port = "80";
  std::string path = "/";
};

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "triad-probe: %s\n", what.c_str());
  std::exit(1);
}

Url Parse(const std::string& text) {
  constexpr char kScheme[] = "http://";
  if (text.compare(0, std::strlen(kScheme), kScheme) != 0) {
    Fail("'" + text + "' is no URL that starts with http://");
  }
  Url url;
  std::string rest = text.substr(std::strlen(kScheme));
  std::size_t slash = rest.find('/');
  if (slash != std::string::npos) url.path = rest.substr(slash);
  url.authority = rest.substr(0, slash);
  std::size_t colon = url.authority.rfind(':');
  bool in_brackets = !url.authority.empty() && url.authority.back() == ']';
  url.host = url.authority;
  if (colon != std::string::npos && !in_brackets) {
    url.host = url.authority.substr(0, colon);
    url.port = url.authority.substr(colon + 1);
  }
  if (url.host.size() > 2 && url.host.front() == '[') {
    url.host = url.host.substr(1, url.host.size() - 2);
  }
  return url;
}

// Fails if none of the host's addresses takes a connection in time.
int Connect(const Url& url) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* addresses = nullptr;
  int error = getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &addresses);
  if (error != 0) Fail(url.authority + ": " + gai_strerror(error));
  const timeval timeout{kTimeoutSeconds, 0};
  int reason = 0;
  for (addrinfo* one = addresses; one != nullptr; one = one->ai_next) {
    int descriptor = socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
    if (descriptor < 0) continue;
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    if (connect(descriptor, one->ai_addr, one->ai_addrlen) == 0) return descriptor;
    reason = errno;
    close(descriptor);
  }
  Fail(url.authority + ": " + std::strerror(reason));
}

// The status line, without its end.
std::string Ask(int descriptor, const Url& url) {
  std::string request = "GET " + url.path + " HTTP/1.0\r\nHost: " + url.authority + "\r\n\r\n";
  if (send(descriptor, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    Fail(url.authority + ": the request could not be sent");
  }
  std::string answer;
  char piece[512];
  while (answer.find("\r\n") == std::string::npos) {
    ssize_t size = recv(descriptor, piece, sizeof piece, 0);
    if (size <= 0) Fail(url.authority + ": no answer");
    answer.append(piece, static_cast<std::size_t>(size));
  }
  return answer.substr(0, answer.find("\r\n"));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) Fail("say what to ask, for instance: triad-probe http://127.0.0.1:4560/readyz");
  Url url = Parse(argv[1]);
  std::string line = Ask(Connect(url), url);
  // "HTTP/1.1 204 No Content"
  std::size_t space = line.find(' ');
  if (line.compare(0, 5, "HTTP/") == 0 && space != std::string::npos && line[space + 1] == '2') {
    return 0;
  }
  Fail(std::string(argv[1]) + ": " + line);
}

// triad-probe URL: exit code 0 if a GET is answered with 2xx.
//
// A health check, and with its flags a round trip, for images that have no shell
// and no curl in them. It speaks HTTP/1.0, so that the server closes; it takes
// http://HOST[:PORT][/PATH] only.
//
//   --method=PUT  --header="NAME: VALUE" (repeatable)  --data=BODY
//   --bearer_file=PATH   the token in that file, as Authorization
//   --expect=TEXT        has to be in the answer's body
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

namespace {

constexpr int kTimeoutSeconds = 4;
constexpr std::size_t kMaxAnswerBytes = 1 << 20;

struct Url {
  std::string authority;  // as it came, for Host
  std::string host;
  std::string port = "80";
  std::string path = "/";
};

struct Options {
  std::string url;
  std::string method = "GET";
  std::string headers;  // each with its CRLF
  std::string data;
  std::string expect;
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

// The value of `argument` if it is "--name=value".
bool TakeFlag(const std::string& argument, const std::string& name, std::string& value) {
  const std::string start = "--" + name + "=";
  if (argument.compare(0, start.size(), start) != 0) return false;
  value = argument.substr(start.size());
  return true;
}

// Without one newline at its end, as services read it.
std::string TokenIn(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) Fail("--bearer_file: cannot read '" + path + "'");
  std::string token = text.str();
  if (!token.empty() && token.back() == '\n') token.pop_back();
  return token;
}

void TakeArgument(const std::string& argument, Options& options) {
  std::string value;
  if (TakeFlag(argument, "method", options.method) || TakeFlag(argument, "data", options.data) ||
      TakeFlag(argument, "expect", options.expect)) {
    return;
  }
  if (TakeFlag(argument, "header", value)) {
    options.headers += value + "\r\n";
  } else if (TakeFlag(argument, "bearer_file", value)) {
    options.headers += "Authorization: Bearer " + TokenIn(value) + "\r\n";
  } else if (argument.compare(0, 2, "--") == 0) {
    Fail("there is no " + argument);
  } else if (!options.url.empty()) {
    Fail("one URL at a time");
  } else {
    options.url = argument;
  }
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

std::string Request(const Options& options, const Url& url) {
  std::string request = options.method + " " + url.path + " HTTP/1.0\r\nHost: " + url.authority +
                        "\r\n" + options.headers;
  if (options.method != "GET") {
    request += "Content-Length: " + std::to_string(options.data.size()) + "\r\n";
  }
  return request + "\r\n" + options.data;
}

// The whole answer: head and body.
std::string Ask(int descriptor, const Url& url, const std::string& request) {
  if (send(descriptor, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    Fail(url.authority + ": the request could not be sent");
  }
  std::string answer;
  char piece[4096];
  while (answer.size() < kMaxAnswerBytes) {
    ssize_t size = recv(descriptor, piece, sizeof piece, 0);
    if (size < 0) Fail(url.authority + ": no answer: " + std::strerror(errno));
    if (size == 0) break;
    answer.append(piece, static_cast<std::size_t>(size));
  }
  return answer;
}

// Fails unless the answer is 2xx and has what is expected.
void Judge(const Options& options, const std::string& answer) {
  const std::size_t head_end = answer.find("\r\n\r\n");
  if (head_end == std::string::npos) Fail(options.url + ": no answer");
  const std::string line = answer.substr(0, answer.find("\r\n"));
  const std::string body = answer.substr(head_end + 4);
  std::size_t space = line.find(' ');  // "HTTP/1.1 204 No Content"
  if (line.compare(0, 5, "HTTP/") != 0 || space == std::string::npos || line[space + 1] != '2') {
    Fail(options.url + ": " + line + " " + body);
  }
  if (body.find(options.expect) == std::string::npos) {
    Fail(options.url + ": '" + options.expect + "' is not in the answer: " + body);
  }
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) TakeArgument(argv[i], options);
  if (options.url.empty()) {
    Fail("say what to ask, for instance: triad-probe http://127.0.0.1:4560/readyz");
  }
  Url url = Parse(options.url);
  Judge(options, Ask(Connect(url), url, Request(options, url)));
  // `helm test --logs` shows which steps went through.
  if (!options.expect.empty()) std::printf("%s: ok\n", options.url.c_str());
  return 0;
}

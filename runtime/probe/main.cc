// triad-probe URL: exit code 0 if a GET is answered with 2xx.
//
// A health check, and with its flags a round trip, for images that have no shell
// and no curl in them. It speaks HTTP/1.0, so that the server closes; it takes
// http://HOST[:PORT][/PATH] only.
//
//   --method=PUT  --header="NAME: VALUE" (repeatable)  --data=BODY
//   --bearer_file=PATH   the token in that file, as Authorization
//   --expect=TEXT        has to be in the answer's body
//   --within=SECONDS     asks again until it goes well, that long
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

namespace {

constexpr int kTimeoutSeconds = 4;
constexpr int kRetryMilliseconds = 200;
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
  int within_seconds = 0;
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
  std::string start = "--" + name + "=";
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
  if (TakeFlag(argument, "within", value)) {
    options.within_seconds = std::atoi(value.c_str());
  } else if (TakeFlag(argument, "header", value)) {
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

// A connection to one of the host's addresses, or -1 and the problem.
int Connect(const Url& url, std::string& problem) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* addresses = nullptr;
  int error = getaddrinfo(url.host.c_str(), url.port.c_str(), &hints, &addresses);
  if (error != 0) {
    problem = url.authority + ": " + gai_strerror(error);
    return -1;
  }
  timeval timeout{kTimeoutSeconds, 0};
  int connected = -1;
  for (addrinfo* one = addresses; one != nullptr && connected < 0; one = one->ai_next) {
    int descriptor = socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
    if (descriptor < 0) continue;
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    if (connect(descriptor, one->ai_addr, one->ai_addrlen) == 0) {
      connected = descriptor;
    } else {
      problem = url.authority + ": " + std::strerror(errno);
      close(descriptor);
    }
  }
  freeaddrinfo(addresses);
  return connected;
}

std::string Request(const Options& options, const Url& url) {
  std::string request = options.method + " " + url.path + " HTTP/1.0\r\nHost: " + url.authority +
                        "\r\n" + options.headers;
  if (options.method != "GET") {
    request += "Content-Length: " + std::to_string(options.data.size()) + "\r\n";
  }
  return request + "\r\n" + options.data;
}

// Sends the request and fills `answer`, head and body. Returns the problem, if any.
std::string Ask(int descriptor, const Url& url, const std::string& request, std::string& answer) {
  if (send(descriptor, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return url.authority + ": the request could not be sent";
  }
  char piece[4096];
  while (answer.size() < kMaxAnswerBytes) {
    ssize_t size = recv(descriptor, piece, sizeof piece, 0);
    if (size < 0 && errno == EAGAIN) {
      return url.authority + ": no answer for " + std::to_string(kTimeoutSeconds) + " s";
    }
    if (size < 0) return url.authority + ": no answer: " + std::strerror(errno);
    if (size == 0) break;
    answer.append(piece, static_cast<std::size_t>(size));
  }
  return "";
}

// Empty if the answer is 2xx and has what is expected.
std::string Judge(const Options& options, const std::string& answer) {
  std::size_t head_end = answer.find("\r\n\r\n");
  if (head_end == std::string::npos) return options.url + ": no answer";
  std::string line = answer.substr(0, answer.find("\r\n"));
  std::string body = answer.substr(head_end + 4);
  std::size_t space = line.find(' ');  // "HTTP/1.1 204 No Content"
  if (line.compare(0, 5, "HTTP/") != 0 || space == std::string::npos || line[space + 1] != '2') {
    return options.url + ": " + line + " " + body;
  }
  if (body.find(options.expect) == std::string::npos) {
    return options.url + ": '" + options.expect + "' is not in the answer: " + body;
  }
  return "";
}

// One request. Returns the problem, if any.
std::string Try(const Options& options, const Url& url) {
  std::string problem;
  std::string answer;
  int descriptor = Connect(url, problem);
  if (descriptor < 0) return problem;
  problem = Ask(descriptor, url, Request(options, url), answer);
  close(descriptor);
  return problem.empty() ? Judge(options, answer) : problem;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) TakeArgument(argv[i], options);
  if (options.url.empty()) {
    Fail("say what to ask, for instance: triad-probe http://127.0.0.1:4560/readyz");
  }
  Url url = Parse(options.url);
  using Clock = std::chrono::steady_clock;
  auto deadline = Clock::now() + std::chrono::seconds(options.within_seconds);
  std::string problem = Try(options, url);
  while (!problem.empty() && Clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(kRetryMilliseconds));
    problem = Try(options, url);
  }
  if (!problem.empty()) Fail(problem);
  // `helm test --logs` shows which steps went through.
  if (!options.expect.empty()) std::printf("%s: ok\n", options.url.c_str());
  return 0;
}

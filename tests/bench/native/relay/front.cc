#include "tests/bench/native/relay/front.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/bench/native/relay/connection.h"

namespace triad::bench {

Front::Front(Loop& loop, Upstream& upstream, const PreparedAnswers& answers, Descriptor listening)
    : loop_(loop), upstream_(upstream), answers_(answers), listening_(std::move(listening)) {
  loop_.Add(listening_.get(), *this);
}

Front::~Front() = default;

void Front::OnReady(std::uint32_t /*events*/) {
  for (;;) {
    Descriptor accepted(accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (accepted.get() < 0) return;
    int yes = 1;
    setsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    int socket = accepted.get();
    auto owned = std::make_unique<Connection>(*this, std::move(accepted));
    Connection& connection = *owned;
    connections_.emplace(&connection, std::move(owned));
    loop_.Add(socket, connection);
  }
}

void Front::DestroyEnded() { ended_.clear(); }

const Prepared* Front::Find(absl::string_view request) const {
  auto found = answers_.find(request);
  return found == answers_.end() ? nullptr : &found->second;
}

void Front::AppendHeadStart(Output& output) {
  std::time_t now = std::time(nullptr);
  if (now != second_) {
    second_ = now;
    std::tm parts;
    gmtime_r(&now, &parts);
    char date[32];
    std::strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    dated_ = absl::StrCat("HTTP/1.1 200 OK\r\nDate: ", date, "\r\nX-Request-Id: ");
  }
  output.Append(dated_);
  output.Append(absl::AlphaNum(absl::Hex(random_(), absl::kZeroPad16)).Piece());
  output.Append(absl::AlphaNum(absl::Hex(random_(), absl::kZeroPad16)).Piece());
}

void Front::Remove(Connection& connection) {
  auto found = connections_.find(&connection);
  ended_.push_back(std::move(found->second));
  connections_.erase(found);
}

}  // namespace triad::bench

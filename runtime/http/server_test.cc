// Requests and answers over real sockets.
#include "runtime/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "absl/strings/str_cat.h"
#include "runtime/base/testing/eventually.h"
#include "runtime/http/testing/raw_client.h"
#include "runtime/http/testing/test_server.h"
#include "runtime/io/peers.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::http {
namespace {

using testing::HasSubstr;

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

std::string Get(absl::string_view target) {
  return absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: h\r\n\r\n");
}

// Answers with method, target and body of the request.
void Echo(std::shared_ptr<Exchange> exchange) {
  ReadAll(exchange, [exchange](absl::StatusOr<std::string> body) {
    if (!body.ok()) return Reply(*exchange, std::string(body.status().message()), 400);
    Reply(*exchange,
          absl::StrCat(exchange->request().method, " ", exchange->request().target, " ", *body));
  });
}

// Answers at once, without looking at the body.
void AnswerAtOnce(std::shared_ptr<Exchange> exchange) { Reply(*exchange, "done"); }

TEST(ServerTest, AnswersWithLengthAndDate) {
  TestServer server(Echo);
  auto response = Fetch(server.port(), Get("/a?b"));
  ASSERT_TRUE(response && response->complete);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "GET /a?b ");
  EXPECT_EQ(response->header("content-length"), "9");
  EXPECT_EQ(response->header("content-type"), "text/plain");
  EXPECT_EQ(response->header("connection"), "");
  EXPECT_THAT(response->header("date"), testing::MatchesRegex("..., .. ... .... ..:..:.. GMT"));
}

TEST(ServerTest, KnowsTheClientsAddress) {
  TestServer server([](auto exchange) { Reply(*exchange, exchange->request().remote_address); });
  EXPECT_EQ(Fetch(server.port(), kGet)->body, "127.0.0.1");
}

TEST(ServerTest, ConnectionsAreKept) {
  TestServer server(Echo);
  RawClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.Send(Get(absl::StrCat("/", i))));
    EXPECT_EQ(client.Read()->body, absl::StrCat("GET /", i, " "));
  }
}

TEST(ServerTest, PipelinedRequestsAreAnsweredInOrderOneAtATime) {
  std::atomic<int> open = 0;
  std::atomic<int> most = 0;
  TestServer* running = nullptr;
  TestServer server([&](std::shared_ptr<Exchange> exchange) {
    most = std::max(most.load(), ++open);
    ReadAll(exchange, [&, exchange](absl::StatusOr<std::string> body) {
      running->Post([&, exchange, body] {
        --open;
        Reply(*exchange, absl::StrCat(exchange->request().target, " ", *body));
      });
    });
  });
  running = &server;
  RawClient client(server.port());
  std::string requests;
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&requests, "POST /", i, " HTTP/1.1\r\nHost: h\r\n");
    if (i % 2 == 0) absl::StrAppend(&requests, "Content-Length: 3\r\n\r\nabc");
    if (i % 2 == 1)
      absl::StrAppend(&requests, "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n");
  }
  ASSERT_TRUE(client.Send(requests));
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(client.Read()->body, absl::StrCat("/", i, i % 2 == 0 ? " abc" : " x"));
  }
  EXPECT_EQ(most, 1);
}

TEST(ServerTest, PipelinedRequestsAnsweredAtOnce) {
  TestServer server(AnswerAtOnce);
  RawClient client(server.port());
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += kGet;
  ASSERT_TRUE(client.Send(requests));
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(client.Read()->body, "done");
}

TEST(ServerTest, EachRequestCutAtEveryByte) {
  TestServer server(Echo);
  RawClient client(server.port());
  for (const std::string& request : {
           Get("/whole"),
           std::string("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"),
           std::string("POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nT: t\r\n\r\n"),
       }) {
    std::string expected = Fetch(server.port(), request)->body;
    for (std::size_t cut = 1; cut < request.size(); ++cut) {
      ASSERT_TRUE(client.Send(request.substr(0, cut)));
      // The loop has seen the first part once another connection was served.
      ASSERT_TRUE(Fetch(server.port(), kGet));
      ASSERT_TRUE(client.Send(request.substr(cut)));
      auto response = client.Read();
      ASSERT_TRUE(response && response->complete) << cut;
      ASSERT_EQ(response->body, expected) << cut;
    }
  }
}

TEST(ServerTest, RefusedRequestsReachNoHandlerAndEndTheConnection) {
  std::atomic<int> handled = 0;
  Metrics metrics("test");
  ServerOptions options;
  options.metrics = &metrics;
  TestServer server(
      [&](std::shared_ptr<Exchange> exchange) {
        ++handled;
        AnswerAtOnce(exchange);
      },
      options);
  std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
  for (const std::string& request : {
           std::string("GET / HTTP/1.1\nHost: h\n\n"),
           std::string("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n"),
           std::string("GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n"
                       "\r\nabc"),
           std::string("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
                       "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
           std::string("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: x, chunked\r\n\r\n"
                       "0\r\n\r\n"),
           std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
           std::string("\x16\x03\x01\x02\x00\x01", 6),
       }) {
    RawClient client(server.port());
    ASSERT_TRUE(client.Send(request + smuggled));
    auto response = client.Read();
    ASSERT_TRUE(response && response->complete) << request;
    EXPECT_EQ(response->status, 400);
    EXPECT_EQ(response->header("connection"), "close");
    EXPECT_EQ(response->header("content-type"), "application/json");
    EXPECT_THAT(response->body,
                testing::MatchesRegex("\\{\"code\":3,\"message\":\".+\",\"details\":\\[\\]\\}"));
    EXPECT_TRUE(client.AtEnd()) << request;
  }
  EXPECT_EQ(handled, 0);
  EXPECT_THAT(metrics.Scrape(), HasSubstr("\ntriad_http_refused_requests_total 8\n"));
}

TEST(ServerTest, RefusalComesAfterEarlierAnswers) {
  TestServer server(AnswerAtOnce);
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(absl::StrCat(kGet, kGet, "bad\r\n\r\n")));
  EXPECT_EQ(client.Read()->status, 200);
  EXPECT_EQ(client.Read()->status, 200);
  EXPECT_EQ(client.Read()->status, 400);
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerTest, LongHeadsAreRefused) {
  ServerOptions options;
  options.max_head_bytes = 8 * 1024;
  TestServer server(AnswerAtOnce, options);
  auto with_header = [](std::size_t size) {
    return absl::StrCat("GET / HTTP/1.1\r\nHost: h\r\nA: ", std::string(size, 'a'), "\r\n\r\n");
  };
  EXPECT_EQ(Fetch(server.port(), with_header(7 * 1024))->status, 200);
  EXPECT_EQ(Fetch(server.port(), with_header(9 * 1024))->status, 431);
  EXPECT_EQ(Fetch(server.port(), with_header(1024 * 1024))->status, 431);
}

TEST(ServerTest, HeadsOfManyFieldsAreRefused) {
  ServerOptions options;
  options.max_head_fields = 10;
  TestServer server(AnswerAtOnce, options);
  auto with_fields = [](int count) {
    std::string head = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (int i = 1; i < count; ++i) head += "a:\r\n";
    return head + "\r\n";
  };
  EXPECT_EQ(Fetch(server.port(), with_fields(10))->status, 200);
  auto refused = Fetch(server.port(), with_fields(11));
  EXPECT_EQ(refused->status, 431);
  EXPECT_THAT(refused->body, HasSubstr("over 10 header fields"));
}

TEST(ServerTest, HeadAndBodilessStatuses) {
  TestServer server([](std::shared_ptr<Exchange> exchange) {
    absl::string_view target = exchange->request().target;
    Reply(*exchange, "four", target == "/204" ? 204 : target == "/304" ? 304 : 200);
  });
  RawClient client(server.port());
  ASSERT_TRUE(client.Send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"));
  auto head = client.Read(true);
  EXPECT_EQ(head->header("content-length"), "4");
  for (int status : {204, 304}) {
    ASSERT_TRUE(client.Send(Get(absl::StrCat("/", status))));
    auto response = client.Read();
    EXPECT_EQ(response->status, status);
    EXPECT_EQ(response->header("content-length"), "");
  }
  ASSERT_TRUE(client.Send(kGet));  // nothing stray was sent
  EXPECT_EQ(client.Read()->body, "four");
}

TEST(ServerTest, Http10ClosesUnlessAskedToStay) {
  TestServer server(AnswerAtOnce);
  RawClient closing(server.port());
  ASSERT_TRUE(closing.Send("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(closing.Read()->header("connection"), "close");
  EXPECT_TRUE(closing.AtEnd());
  RawClient staying(server.port());
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(staying.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    EXPECT_EQ(staying.Read()->header("connection"), "keep-alive");
  }
}

TEST(ServerTest, ConnectionCloseIsHonoured) {
  TestServer server(AnswerAtOnce);
  RawClient client(server.port());
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  EXPECT_EQ(client.Read()->header("connection"), "close");
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerTest, HandlersCanAskForTheClose) {
  TestServer server([](std::shared_ptr<Exchange> exchange) {
    ResponseHead head;
    head.headers.Add("Connection", "close");
    exchange->Respond(std::move(head), "x");
  });
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_EQ(client.Read()->header("connection"), "close");
  EXPECT_TRUE(client.AtEnd());
}

TEST(ServerTest, HeadersThatWouldBreakTheHeadAreLeftOut) {
  TestServer server([](std::shared_ptr<Exchange> exchange) {
    ResponseHead head;
    head.headers.Add("A", "b\r\nInjected: yes");
    head.headers.Add("B\r\nInjected", "yes");
    head.headers.Add("Content-Length", "100");
    head.headers.Add("C", "kept");
    exchange->Respond(std::move(head), "x");
  });
  auto response = Fetch(server.port(), kGet);
  EXPECT_EQ(response->header("injected"), "");
  EXPECT_EQ(response->header("c"), "kept");
  EXPECT_EQ(response->headers.Count("content-length"), 1u);
  EXPECT_EQ(response->body, "x");
}

// Answers "/hold" when it is told to, all else at once.
class HoldingServer {
 public:
  explicit HoldingServer(const ServerOptions& options, int loops = 1)
      : server_(
            [this](std::shared_ptr<Exchange> exchange) {
              if (exchange->request().target != "/hold") return Reply(*exchange, "done");
              held_.push_back(exchange);
              ++holding_;
            },
            options, loops) {}

  int port() const { return server_.port(); }
  // Waits until so many requests are held.
  bool Holds(int count) {
    return Eventually([&] { return holding_ == count; });
  }
  void AnswerAll() {
    server_.Post([this] {
      for (auto& exchange : held_) Reply(*exchange, "held");
    });
  }

 private:
  std::atomic<int> holding_ = 0;
  std::vector<std::shared_ptr<Exchange>> held_;  // outlive the loops
  TestServer server_;
};

TEST(ServerTest, ConnectionsBeyondTheLimitAreClosed) {
  Metrics metrics("test");
  ServerOptions options;
  options.max_connections = 2;
  options.metrics = &metrics;
  HoldingServer server(options);
  RawClient one(server.port());
  RawClient two(server.port());
  for (RawClient* client : {&one, &two}) ASSERT_TRUE(client->Send(Get("/hold")));
  ASSERT_TRUE(server.Holds(2));
  EXPECT_THAT(metrics.Scrape(), HasSubstr("\ntriad_http_connections 2\n"));
  RawClient three(server.port());
  EXPECT_TRUE(three.AtEnd());
  EXPECT_THAT(metrics.Scrape(), HasSubstr("\ntriad_http_refused_connections_total 1\n"));
  EXPECT_THAT(metrics.Scrape(), HasSubstr("\ntriad_http_connection_limit 2\n"));
  server.AnswerAll();
  EXPECT_EQ(one.Read()->status, 200);
}

TEST(ServerTest, TheConnectionThatIsIdleForLongestMakesRoom) {
  ServerOptions options;
  options.max_connections = 3;
  HoldingServer server(options);
  RawClient busy(server.port());
  ASSERT_TRUE(busy.Send(Get("/hold")));
  ASSERT_TRUE(server.Holds(1));
  RawClient unused(server.port());
  RawClient used(server.port());
  ASSERT_TRUE(used.Send(kGet));
  EXPECT_EQ(used.Read()->body, "done");
  // Not before they have been idle for a moment: a request may be on its way.
  EXPECT_TRUE(Eventually([&] { return Fetch(server.port(), kGet).has_value(); }));
  EXPECT_TRUE(unused.AtEnd());
  ASSERT_TRUE(used.Send(kGet));
  EXPECT_EQ(used.Read()->body, "done");
  server.AnswerAll();
  EXPECT_EQ(busy.Read()->body, "held");
}

TEST(ServerTest, APeerHasAShareOfTheConnections) {
  EXPECT_EQ(PerPeer(10'000), 2500u);
  EXPECT_EQ(PerPeer(100), 64u);
  Metrics metrics("test");
  ServerOptions options;
  options.max_connections_per_peer = 2;
  options.metrics = &metrics;
  options.trusted_proxies = *TrustedProxies::Parse({"127.0.0.4"});
  TestServer server(AnswerAtOnce, options);
  auto serves = [&](RawClient& client) { return client.Send(kGet) && client.Read().has_value(); };
  RawClient one(server.port(), 0, "127.0.0.2");
  auto two = std::make_unique<RawClient>(server.port(), 0, "127.0.0.2");
  EXPECT_TRUE(serves(one));
  EXPECT_TRUE(serves(*two));
  EXPECT_TRUE(RawClient(server.port(), 0, "127.0.0.2").AtEnd());
  EXPECT_THAT(metrics.Scrape(), HasSubstr("\ntriad_http_refused_connections_of_peer_total 1\n"));
  // This machine and trusted proxies have no limit of their own; others have theirs.
  for (const char* from : {"127.0.0.1", "127.0.0.4"}) {
    RawClient clients[] = {RawClient(server.port(), 0, from), RawClient(server.port(), 0, from),
                           RawClient(server.port(), 0, from)};
    for (RawClient& client : clients) EXPECT_TRUE(serves(client)) << from;
  }
  RawClient other(server.port(), 0, "127.0.0.3");
  EXPECT_TRUE(serves(other));
  two.reset();
  EXPECT_TRUE(Eventually([&] {
    RawClient again(server.port(), 0, "127.0.0.2");
    return serves(again);
  }));
}

TEST(ServerTest, ManyConnectionsOnSeveralLoops) {
  TestServer server(Echo, {}, 3);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 60; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    ASSERT_TRUE(clients.back()->Send(Get(absl::StrCat("/", i))));
  }
  for (int i = 0; i < 60; ++i) EXPECT_EQ(clients[i]->Read()->body, absl::StrCat("GET /", i, " "));
}

TEST(ServerTest, AddressesThatCannotBeListenedOn) {
  EventLoop one("test");
  EventLoop two("test");
  auto start = [&](const std::string& listen) {
    ServerOptions options;
    options.listen = listen;
    return Server::Start(options, {&one, &two},
                         [](EventLoop&) -> std::unique_ptr<Handler> {
                           ADD_FAILURE() << "must not start";
                           return nullptr;
                         })
        .status();
  };
  TestServer server(AnswerAtOnce, {}, 2);
  std::string taken = absl::StrCat("127.0.0.1:", server.port());
  EXPECT_EQ(start(taken), absl::FailedPreconditionError(taken + " is in use"));
  for (const char* bad : {"", "127.0.0.1", ":80", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:70000",
                          "::1:80", "203.0.113.1:1", "no.such.host.invalid:1"}) {
    absl::Status status = start(bad);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(status.message(), HasSubstr("expected HOST:PORT")) << bad;
  }
}

TEST(ServerTest, Http10StreamEndsWithTheConnection) {
  TestServer server([](std::shared_ptr<Exchange> exchange) {
    exchange->StartResponse({}, std::nullopt);
    exchange->WriteBody("abc", [exchange](absl::Status) { exchange->FinishResponse(); });
  });
  auto response = Fetch(server.port(), "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(response->header("transfer-encoding"), "");
  EXPECT_EQ(response->header("connection"), "close");
  EXPECT_EQ(response->body, "abc");
}

}  // namespace
}  // namespace triad::http

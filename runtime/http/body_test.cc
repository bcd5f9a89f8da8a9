// Bodies in both directions: streaming, back-pressure, limits in time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "runtime/http/testing/raw_client.h"
#include "runtime/http/testing/test_server.h"

namespace triad::http {
namespace {

using testing::HasSubstr;

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

std::string Post(std::size_t length, absl::string_view more = "") {
  return absl::StrCat("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ", length, "\r\n", more,
                      "\r\n");
}

std::string Pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
  return bytes;
}

void Echo(std::shared_ptr<Exchange> exchange) {
  ReadAll(exchange, [exchange](absl::StatusOr<std::string> body) {
    if (!body.ok()) return Reply(*exchange, body.status().ToString(), 400);
    Reply(*exchange, *std::move(body));
  });
}

// Writes `total` bytes of the pattern in pieces, each after the one before.
void WriteOn(std::shared_ptr<Exchange> exchange, std::shared_ptr<std::string> body,
             std::size_t done) {
  if (done == body->size()) return exchange->FinishResponse();
  std::string piece = body->substr(done, 50'000);
  exchange->WriteBody(piece, [=](absl::Status status) {
    if (status.ok()) WriteOn(exchange, body, done + piece.size());
  });
}

TEST(BodyTest, LargeBodiesOfBothFramings) {
  TestServer server(Echo);
  std::string body = Pattern(5'000'000);
  RawClient client(server.port());
  std::thread sender([&] { client.Send(Post(body.size()) + body); });
  EXPECT_EQ(client.Read()->body, body);
  sender.join();
  std::string chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0, size = 1; at < body.size(); at += size, size = size * 3 % 100'003 + 1) {
    std::string piece = body.substr(at, size);
    absl::StrAppend(&chunked, absl::Hex(piece.size()), "\r\n", piece, "\r\n");
  }
  std::thread second([&] { client.Send(chunked + "0\r\n\r\n"); });
  EXPECT_EQ(client.Read()->body, body);
  second.join();
}

// Sizes of the pieces of a body, and what they are together.
struct Pieces {
  std::size_t largest = 0;
  std::string all;
};

void ReadPieces(const std::shared_ptr<Exchange>& exchange, const std::shared_ptr<Pieces>& pieces) {
  exchange->ReadBody([exchange, pieces](absl::StatusOr<std::string> piece) {
    if (!piece.ok()) return;
    if (piece->empty()) return Reply(*exchange, absl::StrCat(pieces->largest, " ", pieces->all));
    pieces->largest = std::max(pieces->largest, piece->size());
    pieces->all += *piece;
    ReadPieces(exchange, pieces);
  });
}

// The client has sent as much as the socket takes before anything is read.
TEST(BodyTest, PiecesAreLargerWhereThatIsAllowed) {
  constexpr std::size_t kUsual = 64 * 1024;
  constexpr std::size_t kAllowed = 256 * 1024;
  for (std::size_t allowed : {std::size_t{0}, kAllowed}) {
    std::atomic<bool> sent = false;
    TestServer server([&](std::shared_ptr<Exchange> exchange) {
      while (!sent) std::this_thread::yield();
      if (allowed > 0) exchange->AllowPieces(allowed);
      ReadPieces(exchange, std::make_shared<Pieces>());
    });
    std::string body = Pattern(5'000'000);
    RawClient client(server.port());
    ASSERT_TRUE(client.Send(Post(body.size())));
    std::size_t done = 0;
    while (std::size_t count = client.TrySend(absl::string_view(body).substr(done))) done += count;
    sent = true;
    std::thread sender([&] { client.Send(absl::string_view(body).substr(done)); });
    std::string reply = client.Read()->body;
    sender.join();
    std::size_t space = reply.find(' ');
    EXPECT_EQ(reply.substr(space + 1), body);
    std::size_t largest = std::stoul(reply);
    EXPECT_LE(largest, allowed > 0 ? kAllowed : kUsual);
    EXPECT_EQ(largest > kUsual, allowed > 0) << largest << " of " << done << " that were there";
  }
}

TEST(BodyTest, StreamedAnswersOfBothFramings) {
  auto body = std::make_shared<std::string>(Pattern(3'000'000));
  TestServer server([&](std::shared_ptr<Exchange> exchange) {
    bool with_length = exchange->request().target == "/length";
    exchange->StartResponse(
        {}, with_length ? std::optional<std::uint64_t>(body->size()) : std::nullopt);
    WriteOn(exchange, body, 0);
  });
  RawClient client(server.port());
  for (const char* target : {"/length", "/chunked", "/length"}) {
    ASSERT_TRUE(client.Send(absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: h\r\n\r\n")));
    auto response = client.Read();
    EXPECT_TRUE(response->complete);
    EXPECT_EQ(response->body, *body);
  }
}

TEST(BodyTest, StreamedAnswerToHeadHasNoBody) {
  TestServer server([](std::shared_ptr<Exchange> exchange) {
    exchange->StartResponse({}, 3);
    exchange->WriteBody("abc", [exchange](absl::Status) { exchange->FinishResponse(); });
  });
  RawClient client(server.port());
  ASSERT_TRUE(client.Send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_EQ(client.Read(true)->header("content-length"), "3");
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_EQ(client.Read()->body, "abc");
}

TEST(BodyTest, TheHeadOfAStreamIsSentAtOnce) {
  Awaited<std::shared_ptr<Exchange>> started;
  TestServer server([&](std::shared_ptr<Exchange> exchange) {
    exchange->StartResponse({}, std::nullopt);
    started.Set(exchange);
  });
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_THAT(client.ReadBytes(15), "HTTP/1.1 200 OK");
  server.Post([exchange = started.Get()] { exchange->FinishResponse(); });
}

TEST(BodyTest, NothingIsReadBeforeItIsAskedFor) {
  Awaited<std::shared_ptr<Exchange>> waiting;
  TestServer server([&](std::shared_ptr<Exchange> exchange) { waiting.Set(exchange); });
  std::string body = Pattern(24'000'000);
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(Post(body.size())));
  waiting.Get();
  // The kernel takes what its buffers hold and not more.
  std::size_t sent = 0;
  for (std::size_t taken = 1; taken > 0; sent += taken) {
    taken = client.TrySend(absl::string_view(body).substr(sent, 1 << 20));
  }
  EXPECT_LT(sent, 16u << 20);
  server.Post([exchange = waiting.Get()] { Echo(exchange); });
  std::thread sender([&] { client.Send(absl::string_view(body).substr(sent)); });
  EXPECT_EQ(client.Read()->body, body);
  sender.join();
}

TEST(BodyTest, ContinueIsSentOnceTheBodyIsWanted) {
  TestServer server(Echo);
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(Post(3, "Expect: 100-continue\r\n")));
  EXPECT_EQ(client.Read()->status, 100);
  ASSERT_TRUE(client.Send("abc"));
  EXPECT_EQ(client.Read()->body, "abc");
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_EQ(client.Read()->status, 200);
}

TEST(BodyTest, ContinueIsNotSentToWhoDidNotWait) {
  TestServer server(Echo);
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(Post(3, "Expect: 100-continue\r\n") + "abc"));
  EXPECT_EQ(client.Read()->body, "abc");
}

TEST(BodyTest, AnAnswerInsteadOfContinueEndsTheConnection) {
  TestServer server([](std::shared_ptr<Exchange> exchange) { Reply(*exchange, "no", 413); });
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(Post(3, "Expect: 100-continue\r\n")));
  auto response = client.Read();
  EXPECT_EQ(response->status, 413);
  EXPECT_EQ(response->header("connection"), "close");
  EXPECT_TRUE(client.AtEnd());
}

TEST(BodyTest, ASmallUnreadBodyIsSkipped) {
  TestServer server([](std::shared_ptr<Exchange> exchange) { Reply(*exchange, "early"); });
  RawClient client(server.port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.Send(Post(100'000)));
    EXPECT_EQ(client.Read()->body, "early");
    ASSERT_TRUE(client.Send(std::string(100'000, 'x')));
    ASSERT_TRUE(
        client.Send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "3\r\nabc\r\n0\r\n\r\n"));
    EXPECT_EQ(client.Read()->body, "early");
  }
}

TEST(BodyTest, ALargeUnreadBodyEndsTheConnectionButNotTheAnswer) {
  TestServer server([](std::shared_ptr<Exchange> exchange) { Reply(*exchange, "early", 413); });
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(Post(2'000'000) + std::string(1'000'000, 'x')));
  auto response = client.Read();
  EXPECT_EQ(response->status, 413);
  EXPECT_EQ(response->header("connection"), "close");
  EXPECT_TRUE(client.AtEnd());
}

TEST(BodyTest, MalformedChunksFailTheReadAndEndTheConnection) {
  TestServer server(Echo);
  RawClient client(server.port());
  ASSERT_TRUE(
      client.Send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "3\r\nabcd\r\n0\r\n\r\n"));
  auto response = client.Read();
  EXPECT_THAT(response->body, HasSubstr("INVALID_ARGUMENT"));
  EXPECT_EQ(response->header("connection"), "close");
  EXPECT_TRUE(client.AtEnd());
}

TEST(BodyTest, ABodyThatDoesNotArriveFailsTheRead) {
  ServerOptions options;
  options.stall_timeout = absl::Milliseconds(100);
  TestServer server(Echo, options);
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(Post(10) + "abc"));
  auto response = client.Read();
  EXPECT_THAT(response->body, HasSubstr("DEADLINE_EXCEEDED"));
  EXPECT_TRUE(client.AtEnd());
}

// Fast enough never to stall, and much too slow.
TEST(BodyTest, ATrickledBodyFailsTheRead) {
  ServerOptions options;
  options.stall_timeout = absl::Milliseconds(500);
  options.min_rate_bytes = 10'000;
  TestServer server(Echo, options);
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(Post(100'000)));
  constexpr int kMaxSent = 500;
  std::atomic<bool> ended = false;
  std::atomic<int> sent = 0;
  std::thread sender([&] {
    while (!ended && sent < kMaxSent && client.Send("x")) {
      ++sent;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
  auto response = client.Read();
  ended = true;
  sender.join();
  ASSERT_TRUE(response.has_value());
  EXPECT_THAT(response->body, HasSubstr("DEADLINE_EXCEEDED"));
  EXPECT_LT(sent, kMaxSent) << "it never paused";
}

TEST(BodyTest, ATrickledAnswerIsBrokenOff) {
  ServerOptions options;
  options.stall_timeout = absl::Milliseconds(500);
  options.min_rate_bytes = 1'000'000'000;
  constexpr std::size_t kSize = 30'000'000;
  TestServer server([](std::shared_ptr<Exchange> exchange) { Reply(*exchange, Pattern(kSize)); },
                    options);
  RawClient client(server.port(), 256 * 1024);
  ASSERT_TRUE(client.Send(kGet));
  std::size_t taken = 0;
  for (std::size_t count = 1; count > 0; taken += count) {
    count = client.ReadBytes(200'000).size();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_LT(taken, kSize);
}

TEST(BodyTest, AClientThatDoesNotReadIsGivenUp) {
  ServerOptions options;
  options.stall_timeout = absl::Milliseconds(200);
  Awaited<absl::StatusCode> failed;
  Awaited<bool> left;
  std::shared_ptr<Exchange> held;
  TestServer server(
      [&](std::shared_ptr<Exchange> exchange) {
        exchange->OnClientLeft([&] { left.Set(true); });
        exchange->StartResponse({}, std::nullopt);
        exchange->WriteBody(std::string(50'000'000, 'x'),
                            [&](absl::Status status) { failed.Set(status.code()); });
        held = exchange;
      },
      options);
  RawClient client(server.port(), 4096);
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_EQ(failed.Get(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(left.Get());
}

TEST(BodyTest, ASlowReaderIsServedAsLongAsItReads) {
  ServerOptions options;
  options.stall_timeout = absl::Milliseconds(500);
  auto body = std::make_shared<std::string>(Pattern(6'000'000));
  TestServer server(
      [&](std::shared_ptr<Exchange> exchange) {
        exchange->StartResponse({}, body->size());
        WriteOn(exchange, body, 0);
      },
      options);
  RawClient client(server.port(), 64 * 1024);
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_EQ(client.Read()->body, *body);
}

TEST(BodyTest, AbortIsNeverTakenForAnEnd) {
  TestServer server([](std::shared_ptr<Exchange> exchange) {
    absl::string_view target = exchange->request().target;
    exchange->StartResponse({},
                            target == "/length" ? std::optional<std::uint64_t>(100) : std::nullopt);
    exchange->WriteBody("abc", [exchange](absl::Status) { exchange->FailResponse(); });
  });
  for (const char* target : {"/length", "/chunked"}) {
    auto response =
        Fetch(server.port(), absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_FALSE(response && response->complete) << target;
  }
}

TEST(BodyTest, AnAnswerShorterOrLongerThanAnnouncedIsBroken) {
  TestServer server([](std::shared_ptr<Exchange> exchange) {
    exchange->StartResponse({}, 5);
    bool more = exchange->request().target == "/more";
    exchange->WriteBody(more ? "1234567" : "123",
                        [exchange](absl::Status) { exchange->FinishResponse(); });
  });
  for (const char* target : {"/more", "/less"}) {
    auto response =
        Fetch(server.port(), absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_FALSE(response && response->complete) << target;
  }
}

TEST(BodyTest, BothDirectionsAtOnce) {
  TestServer server([](std::shared_ptr<Exchange> exchange) {
    exchange->StartResponse({}, std::nullopt);
    auto next = std::make_shared<std::function<void()>>();
    *next = [exchange, next] {
      exchange->ReadBody([exchange, next](absl::StatusOr<std::string> piece) {
        if (!piece.ok()) return;
        if (piece->empty()) {
          exchange->FinishResponse();
          *next = nullptr;
          return;
        }
        exchange->WriteBody(*std::move(piece), [next](absl::Status status) {
          if (status.ok()) (*next)();
        });
      });
    };
    (*next)();
  });
  RawClient client(server.port());
  ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"));
  EXPECT_THAT(client.ReadBytes(15), "HTTP/1.1 200 OK");
  std::string head;
  while (head.find("\r\n\r\n") == std::string::npos) head += client.ReadBytes(1);
  for (const char* piece : {"5\r\nfirst\r\n", "6\r\nsecond\r\n"}) {
    ASSERT_TRUE(client.Send(piece));
    EXPECT_EQ(client.ReadBytes(std::string(piece).size()), piece);
  }
  ASSERT_TRUE(client.Send("0\r\n\r\n"));
  EXPECT_EQ(client.ReadBytes(5), "0\r\n\r\n");
}

// Sends back what comes through a tunnel, until the client leaves.
void EchoTunnel(const std::shared_ptr<Exchange>& exchange) {
  exchange->ReadBody([exchange](absl::StatusOr<std::string> piece) {
    if (!piece.ok()) return;
    exchange->WriteBody(*std::move(piece), [exchange](absl::Status status) {
      if (status.ok()) EchoTunnel(exchange);
    });
  });
}

// Reads run ahead of what is asked for, and end while an earlier piece is on its way.
TEST(BodyTest, ATunnelKeepsTheOrderOfItsBytes) {
  TestServer server([](std::shared_ptr<Exchange> exchange) {
    exchange->StartTunnel();
    EchoTunnel(exchange);
  });
  RawClient client(server.port());
  std::string sent = "early";
  ASSERT_TRUE(client.Send(absl::StrCat(kGet, sent)));
  std::thread sender([&] {
    for (int i = 0; i < 50'000; ++i) client.Send(absl::StrCat(i, ","));
  });
  for (int i = 0; i < 50'000; ++i) absl::StrAppend(&sent, i, ",");
  EXPECT_EQ(client.ReadBytes(sent.size()), sent);
  sender.join();
}

}  // namespace
}  // namespace triad::http

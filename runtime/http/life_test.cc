// How connections, exchanges and servers end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "runtime/base/elapsed.h"
#include "runtime/http/testing/raw_client.h"
#include "runtime/http/testing/test_server.h"

namespace triad::http {
namespace {

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

// A server that never answers and says when the client is noticed to have left.
class LeavingTest : public testing::Test {
 protected:
  void ExpectNoticed() {
    Stopwatch watch;
    EXPECT_TRUE(left_.Get());
    EXPECT_LT(watch.elapsed(), absl::Seconds(1));
  }

  Awaited<bool> started_;
  Awaited<bool> left_;
  std::shared_ptr<Exchange> held_;  // outlives the server, and so its loop
  TestServer server_{[this](std::shared_ptr<Exchange> exchange) {
    exchange->OnClientLeft([this] { left_.Set(true); });
    held_ = exchange;
    started_.Set(true);
  }};
};

TEST_F(LeavingTest, WhileTheHandlerWorks) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.Send(kGet));
  started_.Get();
  client.Close();
  ExpectNoticed();
}

TEST_F(LeavingTest, ByReset) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.Send(kGet));
  started_.Get();
  client.Reset();
  ExpectNoticed();
}

TEST_F(LeavingTest, ByShuttingDownItsSendingSide) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.Send(kGet));
  started_.Get();
  client.ShutdownSend();
  ExpectNoticed();
}

TEST_F(LeavingTest, BehindAPipelinedRequest) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.Send(absl::StrCat(kGet, kGet)));
  started_.Get();
  client.Close();
  ExpectNoticed();
}

// As long as the kernel's buffer has room: beyond that, the end does not arrive.
TEST_F(LeavingTest, BehindMorePipelinedRequestsThanAreRead) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.Send(kGet));
  std::string flood;
  while (flood.size() < 40'000) flood += kGet;
  ASSERT_TRUE(client.Send(flood));
  started_.Get();
  client.Close();
  ExpectNoticed();
}

TEST_F(LeavingTest, BehindABodyThatNobodyReads) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nabc"));
  started_.Get();
  client.Close();
  ExpectNoticed();
}

TEST_F(LeavingTest, DuringAReadOfTheBody) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n"));
  started_.Get();
  Awaited<absl::StatusCode> read;
  server_.Post([&] {
    held_->ReadBody([&](absl::StatusOr<std::string> piece) { read.Set(piece.status().code()); });
  });
  client.Close();
  EXPECT_EQ(read.Get(), absl::StatusCode::kUnavailable);
  ExpectNoticed();
}

TEST_F(LeavingTest, CallsAfterwardsDoNothingAndCallbacksAreTold) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.Send(kGet));
  started_.Get();
  client.Close();
  left_.Get();
  Awaited<absl::StatusCode> read;
  Awaited<absl::StatusCode> written;
  Awaited<bool> left_again;
  server_.Post([&] {
    bool inside = true;
    held_->ReadBody([&](absl::StatusOr<std::string> piece) { read.Set(piece.status().code()); });
    held_->StartResponse({}, std::nullopt);
    held_->WriteBody("x", [&](absl::Status status) { written.Set(status.code()); });
    held_->OnClientLeft([&] { left_again.Set(true); });
    held_->FinishResponse();
    Reply(*held_, "x");
    held_->FailResponse();
    inside = read.has_value() || written.has_value() || left_again.has_value();
    EXPECT_FALSE(inside) << "a callback ran inside a call";
  });
  EXPECT_EQ(read.Get(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(written.Get(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(left_again.Get());
}

TEST_F(LeavingTest, TheServerItself) {
  RawClient client(server_.port());
  ASSERT_TRUE(client.Send(kGet));
  started_.Get();
  server_.Stop();
  EXPECT_TRUE(left_.Get());
  EXPECT_TRUE(client.AtEnd());
  // The exchange outlives its server.
  Awaited<absl::StatusCode> written;
  server_.Post([&] {
    Reply(*held_, "x");
    held_->WriteBody("x", [&](absl::Status status) { written.Set(status.code()); });
  });
  EXPECT_EQ(written.Get(), absl::StatusCode::kUnavailable);
}

TEST(LifeTest, AWholeAnswerIsNotALeaving) {
  std::atomic<bool> left = false;
  TestServer server([&](std::shared_ptr<Exchange> exchange) {
    exchange->OnClientLeft([&] { left = true; });
    Reply(*exchange, "x");
  });
  ASSERT_TRUE(Fetch(server.port(), kGet));
  server.Stop();
  EXPECT_FALSE(left);
}

TEST(LifeTest, AnswerGoesOnToAClientThatHasFinishedSending) {
  TestServer server(
      [](std::shared_ptr<Exchange> exchange) { Reply(*exchange, std::string(20'000'000, 'x')); });
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_EQ(client.ReadBytes(15), "HTTP/1.1 200 OK");
  client.ShutdownSend();
  EXPECT_GT(client.ReadToEnd().size(), 20'000'000u);
}

TEST(LifeTest, IdleConnectionsAreClosedQuietly) {
  ServerOptions options;
  options.idle_timeout = absl::Milliseconds(50);
  TestServer server([](std::shared_ptr<Exchange> exchange) { Reply(*exchange, "x"); }, options);
  RawClient fresh(server.port());
  RawClient used(server.port());
  ASSERT_TRUE(used.Send(kGet));
  EXPECT_EQ(used.Read()->body, "x");
  EXPECT_TRUE(used.AtEnd());
  EXPECT_TRUE(fresh.AtEnd());
}

TEST(LifeTest, ASlowHeadGets408) {
  ServerOptions options;
  options.head_timeout = absl::Milliseconds(50);
  TestServer server([](std::shared_ptr<Exchange> exchange) { Reply(*exchange, "x"); }, options);
  RawClient client(server.port());
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost:"));
  auto response = client.Read();
  EXPECT_EQ(response->status, 408);
  EXPECT_EQ(response->header("connection"), "close");
  EXPECT_TRUE(client.AtEnd());
}

TEST(LifeTest, AHandlerMayTakeLongerThanTheClientMay) {
  ServerOptions options;
  options.idle_timeout = options.head_timeout = options.stall_timeout = absl::Milliseconds(20);
  Awaited<std::shared_ptr<Exchange>> waiting;
  TestServer server([&](std::shared_ptr<Exchange> exchange) { waiting.Set(exchange); }, options);
  RawClient slow(server.port());
  ASSERT_TRUE(slow.Send(kGet));
  auto exchange = waiting.Get();
  RawClient idle(server.port());
  EXPECT_TRUE(idle.AtEnd());  // by now every timeout has passed
  server.Post([&] { Reply(*exchange, "late"); });
  EXPECT_EQ(slow.Read()->body, "late");
}

TEST(LifeTest, AnnouncedCloseComesWithTheNextAnswer) {
  TestServer server([](std::shared_ptr<Exchange> exchange) { Reply(*exchange, "x"); }, {}, 2);
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_EQ(client.Read()->header("connection"), "");
  server.server().AnnounceClose();
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_EQ(client.Read()->header("connection"), "close");
  EXPECT_TRUE(client.AtEnd());
  EXPECT_EQ(Fetch(server.port(), kGet)->header("connection"), "close");
}

TEST(LifeTest, DrainWaitsForAnswersAndRefusesNewConnections) {
  Awaited<std::shared_ptr<Exchange>> waiting;
  TestServer server([&](std::shared_ptr<Exchange> exchange) { waiting.Set(exchange); });
  RawClient idle(server.port());
  RawClient busy(server.port());
  ASSERT_TRUE(busy.Send(kGet));
  auto exchange = waiting.Get();
  Awaited<absl::StatusCode> drained;
  std::thread drain([&] { drained.Set(server.server().Drain(absl::Seconds(10)).code()); });
  EXPECT_TRUE(idle.AtEnd());
  EXPECT_FALSE(drained.has_value());
  server.Post([&] { Reply(*exchange, "x"); });
  auto response = busy.Read();
  EXPECT_EQ(response->body, "x");
  EXPECT_EQ(response->header("connection"), "close");
  busy.Close();
  EXPECT_EQ(drained.Get(), absl::StatusCode::kOk);
  drain.join();
}

TEST(LifeTest, DrainSaysHowManyItCut) {
  Awaited<bool> started;
  TestServer server([&](std::shared_ptr<Exchange>) { started.Set(true); });
  RawClient client(server.port());
  ASSERT_TRUE(client.Send(kGet));
  started.Get();
  absl::Status status = server.server().Drain(absl::Milliseconds(50));
  EXPECT_EQ(status, absl::DeadlineExceededError("1 requests were cut off"));
  server.Stop();
  EXPECT_TRUE(client.AtEnd());
}

// Clients that keep their connections busy are all told to go by an answer.
TEST(LifeTest, DrainUnderLoadLosesNoRequest) {
  for (int round = 0; round < 3; ++round) {
    std::atomic<int> handled = 0;
    TestServer server(
        [&](std::shared_ptr<Exchange> exchange) {
          ++handled;
          Reply(*exchange, std::string(1000, 'x'));
        },
        {}, 2);
    std::atomic<int> answered = 0;
    std::atomic<int> lost = 0;
    Awaited<bool> warm;
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&, client = std::make_unique<RawClient>(server.port())] {
        for (;;) {
          bool sent = client->Send(kGet);
          auto response = sent ? client->Read() : std::nullopt;
          if (!response || !response->complete) {
            ++lost;
            break;
          }
          if (++answered == 500) warm.Set(true);
          if (response->header("connection") == "close") break;
        }
      });
    }
    warm.Get();
    EXPECT_TRUE(server.server().Drain(absl::Seconds(10)).ok());
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(lost, 0);
    EXPECT_EQ(handled, answered);
  }
}

}  // namespace
}  // namespace triad::http

// What connections take of the memory of all clients, and what happens at its end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/memory_budget.h"
#include "runtime/base/testing/eventually.h"
#include "runtime/http/testing/raw_client.h"
#include "runtime/http/testing/test_server.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::http {
namespace {

using testing::HasSubstr;

constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::size_t kKiB = 1024;

// The beginning of a head, of `bytes`, that has no end yet.
std::string HeadOf(std::size_t bytes) {
  return absl::StrCat("GET / HTTP/1.1\r\nHost: h\r\nA: ", std::string(bytes, 'a'));
}

class HttpMemoryTest : public testing::Test {
 protected:
  void Start(std::size_t budget, HandleFunction handle) {
    budget_.emplace(budget);
    ServerOptions options;
    options.memory = &*budget_;
    options.metrics = &metrics_;
    server_.emplace(std::move(handle), options);
  }
  void StartAnswering(std::size_t budget) {
    Start(budget, [](std::shared_ptr<Exchange> exchange) { Reply(*exchange, "done"); });
  }
  int port() const { return server_->port(); }
  bool UsesAtLast(std::size_t bytes) {
    return Eventually([&] { return budget_->used() == bytes; });
  }

  Metrics metrics_{"test"};
  std::optional<MemoryBudget> budget_;
  std::shared_ptr<Exchange> held_;  // outlives the loop
  std::optional<TestServer> server_;
};

TEST_F(HttpMemoryTest, SmallRequestsTakeNothing) {
  StartAnswering(1);
  RawClient client(port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.Send(
        absl::StrCat("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n", "\r\nabc", kGet)));
    EXPECT_EQ(client.Read()->body, "done");
    EXPECT_EQ(client.Read()->body, "done");
  }
  EXPECT_EQ(budget_->refused(), 0u);
}

TEST_F(HttpMemoryTest, ALargeHeadIsHeldUntilTheAnswer) {
  StartAnswering(1000 * kKiB);
  RawClient client(port());
  ASSERT_TRUE(client.Send(HeadOf(40 * kKiB)));
  EXPECT_TRUE(Eventually([&] { return budget_->used() >= 32 * kKiB; }));
  ASSERT_TRUE(client.Send("\r\n\r\n"));
  EXPECT_EQ(client.Read()->body, "done");
  EXPECT_TRUE(UsesAtLast(0));
}

TEST_F(HttpMemoryTest, AHeadWithoutRoomIs503) {
  StartAnswering(16 * kKiB);
  auto response = Fetch(port(), absl::StrCat(HeadOf(40 * kKiB), "\r\n\r\n"));
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->header("retry-after"), "1");
  EXPECT_EQ(response->header("connection"), "close");
  EXPECT_THAT(response->body, HasSubstr("\"code\":14"));
  EXPECT_EQ(Fetch(port(), kGet)->body, "done");
  EXPECT_TRUE(UsesAtLast(0));
}

TEST_F(HttpMemoryTest, HeadsThatDoNotMoveMakeRoom) {
  StartAnswering(100 * kKiB);
  RawClient first(port());
  RawClient second(port());
  for (RawClient* client : {&first, &second}) {
    std::size_t before = budget_->used();
    ASSERT_TRUE(client->Send(HeadOf(40 * kKiB)));
    EXPECT_TRUE(Eventually([&] { return budget_->used() >= before + 32 * kKiB; }));
  }
  std::string whole = absl::StrCat(HeadOf(40 * kKiB), "\r\n\r\n");
  EXPECT_TRUE(Eventually([&] { return Fetch(port(), whole)->status == 200; }))
      << "once they are older than a second";
  EXPECT_GE(budget_->ended(), 1u);
  std::string ended = "\ntriad_http_ended_for_memory_total ";
  EXPECT_TRUE(Eventually([&] {
    return metrics_.Scrape().find(absl::StrCat(ended, budget_->ended(), "\n")) != std::string::npos;
  }));
  ASSERT_TRUE(first.Send("\r\n\r\n"));
  ASSERT_TRUE(second.Send("\r\n\r\n"));
  int answers[] = {first.Read()->status, second.Read()->status};
  EXPECT_THAT(answers, testing::Contains(408));
  EXPECT_TRUE(UsesAtLast(0));
}

TEST_F(HttpMemoryTest, WhatAHandlerTakesEndsWithTheAnswer) {
  Awaited<bool> taken;
  Start(1000 * kKiB, [&](std::shared_ptr<Exchange> exchange) {
    taken.Set(exchange->Reserve(300 * kKiB) && !exchange->Reserve(800 * kKiB));
    exchange->Release(100 * kKiB);
    held_ = exchange;
  });
  RawClient client(port());
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_TRUE(taken.Get());
  EXPECT_TRUE(UsesAtLast(200 * kKiB));
  server_->Post([&] { Reply(*held_, "x"); });
  EXPECT_EQ(client.Read()->body, "x");
  EXPECT_TRUE(UsesAtLast(0));
  Awaited<bool> after;
  server_->Post([&] { after.Set(held_->Reserve(1)); });
  EXPECT_FALSE(after.Get()) << "it is answered";
}

TEST_F(HttpMemoryTest, ForgottenFieldsTakeNothing) {
  Awaited<bool> started;
  Start(1000 * kKiB, [&](std::shared_ptr<Exchange> exchange) {
    held_ = exchange;
    started.Set(true);
  });
  RawClient client(port());
  ASSERT_TRUE(client.Send(absl::StrCat(HeadOf(40 * kKiB), "\r\n\r\n")));
  started.Get();
  EXPECT_GE(budget_->used(), 40 * kKiB);
  Awaited<std::size_t> fields;
  server_->Post([&] {
    held_->ForgetFields();
    fields.Set(held_->request().headers.size() + held_->request().target.size());
  });
  EXPECT_EQ(fields.Get(), 0u);
  EXPECT_TRUE(UsesAtLast(0));
  EXPECT_EQ(held_->request().method, "GET");
  EXPECT_EQ(held_->request().client_address, "127.0.0.1");
}

TEST_F(HttpMemoryTest, AnAnswerThatNobodyReadsIsCountedAndBrokenOffBeyondTheBudget) {
  std::size_t size = 0;
  Start(20'000 * kKiB,
        [&](std::shared_ptr<Exchange> exchange) { Reply(*exchange, std::string(size, 'x')); });
  size = 16'000 * kKiB;
  RawClient client(port(), 4096);
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_TRUE(UsesAtLast(size)) << "a piece goes as a whole";
  RawClient second(port(), 4096);
  ASSERT_TRUE(second.Send(kGet));
  EXPECT_LT(second.ReadToEnd().size(), size);
  EXPECT_EQ(client.Read()->body.size(), size);
  EXPECT_TRUE(UsesAtLast(0));
}

TEST_F(HttpMemoryTest, ASharedBodyIsNoOnesOwn) {
  auto shared = std::make_shared<const std::string>(20'000'000, 's');
  Start(10 * kKiB, [&](std::shared_ptr<Exchange> exchange) { exchange->Respond({}, shared); });
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<RawClient>(port(), 4096));
    ASSERT_TRUE(clients.back()->Send(kGet));
  }
  // Each holds it, and none has a copy.
  EXPECT_TRUE(Eventually([&] { return shared.use_count() == 6; }));
  EXPECT_LT(budget_->used(), 10 * kKiB);
  for (auto& client : clients) EXPECT_EQ(client->Read()->body, *shared);
  EXPECT_TRUE(UsesAtLast(0));
}

TEST_F(HttpMemoryTest, ARequestIsEndedForOthers) {
  Awaited<int> ended;
  Awaited<bool> started;
  Start(1000 * kKiB, [&](std::shared_ptr<Exchange> exchange) {
    if (exchange->request().target == "/other") {
      return Reply(*exchange, exchange->Reserve(900 * kKiB) ? "room" : "none");
    }
    EXPECT_TRUE(exchange->Reserve(600 * kKiB));
    exchange->OnClientLeft([&] { ended.Set(held_->ended_with().value_or(0)); });
    held_ = exchange;
    started.Set(true);
  });
  const struct {
    const char* request;
    int status;
  } cases[] = {{"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc", 408}, {kGet, 503}};
  for (const auto& test : cases) {
    started.Reset();
    ended.Reset();
    RawClient client(port());
    ASSERT_TRUE(client.Send(test.request));
    started.Get();
    EXPECT_TRUE(Eventually(
        [&] { return Fetch(port(), "GET /other HTTP/1.1\r\nHost: h\r\n\r\n")->body == "room"; }));
    EXPECT_EQ(client.Read()->status, test.status);
    EXPECT_EQ(ended.Get(), test.status);
    EXPECT_TRUE(UsesAtLast(0));
  }
}

TEST_F(HttpMemoryTest, WhoWaitsForRoomIsAskedAgain) {
  Awaited<bool> waits;
  Awaited<bool> told;
  Start(1000 * kKiB, [&](std::shared_ptr<Exchange> exchange) {
    EXPECT_FALSE(exchange->Reserve(2000 * kKiB));
    exchange->WhenRoom([&] { told.Set(true); });
    held_ = exchange;
    waits.Set(true);
  });
  RawClient client(port());
  ASSERT_TRUE(client.Send(kGet));
  waits.Get();
  EXPECT_TRUE(told.Get());
}

}  // namespace
}  // namespace triad::http

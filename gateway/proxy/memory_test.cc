// The memory of all clients together, under clients that take and do not give back.
#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "gateway/proxy/testing/lab_test.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/memory_budget.h"
#include "runtime/http/testing/raw_client.h"

namespace triad::gateway {
namespace {

using http::RawClient;
using ::testing::HasSubstr;

constexpr std::size_t kMiB = 1024 * 1024;
const std::vector<std::string> kJson = {"Content-Type: application/json"};

class MemoryTest : public ::testing::Test {
 protected:
  using Clients = std::vector<std::unique_ptr<RawClient>>;

  void Start(std::size_t budget, std::size_t max_body = kMiB) {
    budget_.emplace(budget);
    GatewayOptions options;
    options.max_body_bytes = max_body;
    options.memory = &*budget_;
    http::ServerOptions server;
    server.memory = &*budget_;
    gateway_.emplace(std::move(options), server_.port(), std::move(server));
  }

  // 127.0.0.2 and on, each a peer of its own.
  RawClient& Connect(Clients& clients, int peer, int receive_buffer = 0) {
    std::string from = absl::StrCat("127.0.0.", 2 + peer);
    return *clients.emplace_back(std::make_unique<RawClient>(port(), receive_buffer, from.c_str()));
  }
  int port() const { return std::stoi(gateway_->address().substr(10)); }

  int Get(const std::string& path) { return triad::testing::Get(gateway_->Url(path)).status; }
  int PostEcho(std::size_t bytes) {
    return triad::testing::Post(gateway_->Url("/echo"),
                                absl::StrCat("{\"text\":\"", std::string(bytes, 'x'), "\"}"), kJson)
        .status;
  }
  static std::string PostHead(const std::string& framing) {
    return absl::StrCat("POST /echo HTTP/1.1\r\nHost: localhost\r\n", kJson[0], "\r\n", framing,
                        "\r\n\r\n");
  }
  // Everybody has given back what they had.
  bool Recovers() {
    return Eventually([&] { return budget_->used() == 0; });
  }

  LabCounts counts_;
  LabServer server_{counts_};
  std::optional<MemoryBudget> budget_;
  std::optional<LabGateway> gateway_;
};

TEST_F(MemoryTest, HalfBodiesOfKnownAndUnknownLengthFillItAndMakeRoom) {
  Start(16 * kMiB);
  std::string half(kMiB / 2, 'x');
  for (bool known : {true, false}) {
    Clients clients;
    for (int i = 0; i < 64; ++i) {
      RawClient& client = Connect(clients, i);
      client.Send(PostHead(known ? absl::StrCat("Content-Length: ", kMiB)
                                 : std::string("Transfer-Encoding: chunked")));
      client.Send(known ? half : absl::StrCat(absl::Hex(half.size()), "\r\n", half, "\r\n"));
    }
    EXPECT_TRUE(Eventually([&] { return budget_->refused() + budget_->ended() > 0; }));
    EXPECT_LE(budget_->used(), budget_->size());
    EXPECT_EQ(Get("/echo/beside"), 200);
    // Those that came no further make room for one that does.
    EXPECT_TRUE(Eventually([&] { return PostEcho(kMiB - 100) == 200; }));
    clients.clear();
    EXPECT_TRUE(Recovers()) << budget_->used();
  }
  EXPECT_GT(budget_->ended(), 0u);
}

TEST_F(MemoryTest, WhatDoesNotFitIs503BeforeItIsSent) {
  Start(4 * kMiB, 8 * kMiB);
  Clients clients;
  RawClient& client = Connect(clients, 0);
  client.Send(PostHead(absl::StrCat("Content-Length: ", 2 * kMiB, "\r\nExpect: 100-continue")));
  auto reply = client.Read();
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->status, 503) << "a peer has a quarter";
  EXPECT_EQ(reply->header("retry-after"), "1");
  EXPECT_THAT(reply->body, HasSubstr("--memory_budget_bytes"));
  EXPECT_TRUE(Recovers());
}

TEST_F(MemoryTest, WhatAConversionTakesCounts) {
  Start(8 * kMiB, 4 * kMiB);
  std::string body = absl::StrCat("{\"text\":\"", std::string(kMiB, 'x'), "\"}");
  Clients clients;
  RawClient& client = Connect(clients, 0);
  client.Send(absl::StrCat(PostHead(absl::StrCat("Content-Length: ", body.size())), body));
  auto reply = client.Read();
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->status, 503) << "a peer has a quarter";
  EXPECT_THAT(reply->body, HasSubstr("no memory to convert this"));
  clients.clear();
  EXPECT_TRUE(Recovers()) << budget_->used();
}

TEST_F(MemoryTest, WhoLeavesDuringAConversionGivesEverythingBack) {
  Start(256 * kMiB, 4 * kMiB);
  std::string body = absl::StrCat("{\"text\":\"", std::string(3 * kMiB, 'x'), "\"}");
  std::string request = absl::StrCat(PostHead(absl::StrCat("Content-Length: ", body.size())), body);
  for (int i = 0; i < 10; ++i) {
    Clients clients;
    for (int n = 0; n < 4; ++n) Connect(clients, n).Send(request);
  }
  EXPECT_EQ(PostEcho(kMiB), 200);
  EXPECT_TRUE(Recovers()) << budget_->used();
}

TEST_F(MemoryTest, PeersThatAnnounceMuchAndSendNothingKeepNobodyOut) {
  Start(64 * kMiB, 8 * kMiB);
  Clients clients;
  for (int i = 0; i < 40; ++i) {
    Connect(clients, i).Send(PostHead(absl::StrCat("Content-Length: ", 8 * kMiB)));
  }
  EXPECT_TRUE(Eventually([&] { return budget_->refused() > 0; }));
  Stopwatch watch;
  for (int i = 0; watch.elapsed() < absl::Seconds(3); ++i) {
    ASSERT_EQ(Get("/echo/beside"), 200) << i;
    ASSERT_EQ(PostEcho(1000), 200) << i;
    ASSERT_EQ(PostEcho(50'000), 200) << i;
    if (i % 20 != 0) continue;
    Connect(clients, i % 40).Send(PostHead(absl::StrCat("Content-Length: ", 8 * kMiB)));
  }
  EXPECT_GT(budget_->ended(), 0u) << "and they are ended for those that come";
  clients.clear();
  EXPECT_TRUE(Recovers());
}

TEST_F(MemoryTest, EventStreamsDoNotKeepTheirHeads) {
  Start(16 * kMiB);
  std::string fields;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&fields, "a: ", std::string(500, 'a'), "\r\n");
  Clients clients;
  for (int i = 0; i < 250; ++i) {
    RawClient& client = Connect(clients, i % 50);
    ASSERT_TRUE(client.Send(absl::StrCat("GET /watch?code=-1 HTTP/1.1\r\nHost: localhost\r\n",
                                         "Accept: text/event-stream\r\n", fields, "\r\n")));
    ASSERT_EQ(client.ReadBytes(15), "HTTP/1.1 200 OK") << i;
  }
  // The window of a stream each.
  EXPECT_TRUE(Eventually([&] { return budget_->used() <= 250 * 16 * 1024; })) << budget_->used();
  EXPECT_EQ(Get("/echo/beside"), 200);
  EXPECT_EQ(budget_->ended(), 0u);
  clients.clear();
  EXPECT_TRUE(Recovers());
}

TEST_F(MemoryTest, AnswersThatNobodyReadsMakeRoom) {
  Start(64 * kMiB, 4 * kMiB);
  std::string body = absl::StrCat("{\"text\":\"", std::string(3 * kMiB, 'x'), "\"}");
  std::string request = absl::StrCat(PostHead(absl::StrCat("Content-Length: ", body.size())), body);
  Clients clients;
  for (int i = 0; i < 30; ++i) Connect(clients, i, 4096).Send(request);
  EXPECT_TRUE(Eventually([&] { return budget_->refused() + budget_->ended() > 0; }));
  EXPECT_LE(budget_->used(), budget_->size());
  EXPECT_EQ(Get("/echo/beside"), 200);
  EXPECT_TRUE(Eventually([&] { return PostEcho(kMiB) == 200; }));
  clients.clear();
  EXPECT_TRUE(Recovers()) << budget_->used();
}

TEST_F(MemoryTest, AtTheLimitTheWindowsOfDownloadsStayShut) {
  Start(4 * kMiB);
  Clients clients;
  for (int i = 0; i < 30; ++i) {
    Connect(clients, i, 4096)
        .Send("GET /objects/x?endless=true HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  EXPECT_TRUE(Eventually([&] { return budget_->refused() + budget_->ended() > 0; }));
  EXPECT_LE(budget_->used(), budget_->size());
  EXPECT_TRUE(Eventually([&] { return Get("/echo/beside") == 200; }));
  clients.clear();
  EXPECT_TRUE(Recovers()) << budget_->used();
  // And a download for one who reads goes through whole.
  auto whole = triad::testing::Get(gateway_->Url("/objects/x?size=3000000&announced=3000000"));
  EXPECT_EQ(whole.body.size(), 3'000'000u);
  EXPECT_TRUE(Recovers()) << budget_->used();
}

TEST_F(MemoryTest, UploadsAreStreamedWithoutTheirLength) {
  Start(kMiB);
  std::string body = LabBytes(0, 3'000'000);
  auto reply = triad::testing::Put(gateway_->Url("/objects/a"), body);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.json().at("same"), true);
  EXPECT_EQ(budget_->refused(), 0u);
  EXPECT_TRUE(Recovers()) << budget_->used();
}

}  // namespace
}  // namespace triad::gateway

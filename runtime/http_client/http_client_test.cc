// The HTTP client against a server on a real socket.
#include "runtime/http_client/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/process.h"
#include "tests/support/scripted_server.h"

namespace triad::http_client {
namespace {

using ::testing::HasSubstr;
using testing::Reply;
using testing::ScriptedReply;
using testing::ScriptedRequest;
using testing::ScriptedServer;

HttpRequest To(const ScriptedServer& server, std::string method = "GET") {
  HttpRequest request;
  request.method = std::move(method);
  request.url = server.url() + "/a%20b?c=%2F";
  request.proxy = false;
  return request;
}

std::string NumbersOf(std::size_t size) {
  std::string content;
  while (content.size() < size) absl::StrAppend(&content, content.size(), ",");
  return content;
}

class HttpClientTest : public ::testing::Test {
 protected:
  std::unique_ptr<HttpClient> client_ = HttpClient::Create({});
};

TEST_F(HttpClientTest, SendsMethodHeadersAndBodyAsTheyAre) {
  ScriptedServer server(
      [](const ScriptedRequest& request) { return Reply(200, request.head + request.body); });
  HttpRequest request = To(server, "PUT");
  request.headers = {"x-one: 1"};
  request.body = std::make_shared<const std::string>("content");
  HttpResponse response = *Fetch(*client_, std::move(request), 10000);
  EXPECT_EQ(response.head.status, 200);
  EXPECT_THAT(response.body, HasSubstr("PUT /a%20b?c=%2F HTTP/1.1\r\n"));
  EXPECT_THAT(response.body, HasSubstr("\r\nx-one: 1\r\n"));
  EXPECT_THAT(response.body, HasSubstr("Content-Length: 7\r\n"));
  EXPECT_THAT(response.body, ::testing::EndsWith("\r\n\r\ncontent"));
  EXPECT_THAT(response.body, ::testing::Not(HasSubstr("Content-Type")));
}

TEST_F(HttpClientTest, GivesHeadersBeforeTheBody) {
  ScriptedServer server([](const ScriptedRequest&) {
    return ScriptedReply{"HTTP/1.1 404 Not Found\r\nX-Amz-Id:  a b \r\nContent-Length: 5\r\n\r\n",
                         true};
  });
  auto reader = client_->Start(To(server));
  HttpHead head = *(*reader)->Head();
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(head.headers.at("x-amz-id"), "a b");
}

TEST_F(HttpClientTest, GivesWhatHasArrivedBeforeTheRest) {
  ScriptedServer server([](const ScriptedRequest&) {
    return ScriptedReply{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", true};
  });
  auto reader = client_->Start(To(server));
  EXPECT_EQ(*(*reader)->ReadSome(4), "hell");
  EXPECT_EQ(*(*reader)->ReadSome(100), "o");
}

TEST_F(HttpClientTest, AnAnswerToHeadHasNoBody) {
  ScriptedServer server([](const ScriptedRequest&) {
    return ScriptedReply{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true};
  });
  EXPECT_EQ(Fetch(*client_, To(server, "HEAD"), 10)->body, "");
}

TEST_F(HttpClientTest, ACutAnswerIsNeverAWholeOne) {
  for (const std::string reply :
       {"", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    ScriptedServer server([&](const ScriptedRequest&) { return ScriptedReply{reply, false}; });
    absl::Status status = Fetch(*client_, To(server), 100).status();
    EXPECT_TRUE(absl::IsUnavailable(status)) << status << " after " << reply;
    EXPECT_THAT(status.message(), HasSubstr(server.url()));
  }
}

TEST_F(HttpClientTest, NobodyThereIsUnavailable) {
  HttpRequest request;
  {
    ScriptedServer server([](const ScriptedRequest&) { return Reply(200, ""); });
    request = To(server);
  }
  EXPECT_TRUE(absl::IsUnavailable(Fetch(*client_, request, 100).status()));
}

TEST_F(HttpClientTest, AServerThatSaysNothingIsLeft) {
  ScriptedServer server([](const ScriptedRequest&) { return ScriptedReply{"", true}; });
  HttpRequest request = To(server);
  request.stall_timeout = absl::Seconds(1);
  EXPECT_TRUE(absl::IsUnavailable(Fetch(*client_, request, 100).status()));
  request = To(server);
  // What is left of a time may be less than libcurl counts in.
  for (absl::Duration left : {absl::Milliseconds(50), absl::Nanoseconds(1)}) {
    request.timeout = left;
    request.stall_timeout = absl::Hours(1);
    EXPECT_TRUE(absl::IsUnavailable(Fetch(*client_, request, 100).status())) << left;
  }
}

TEST_F(HttpClientTest, AnAnswerThatIsTooLongIsAnError) {
  ScriptedServer server([](const ScriptedRequest&) { return Reply(200, std::string(101, 'x')); });
  EXPECT_TRUE(absl::IsInternal(Fetch(*client_, To(server), 100).status()));
}

TEST_F(HttpClientTest, ALongAnswerComesInOrderHoweverItIsRead) {
  std::string content = NumbersOf(8 << 20);
  ScriptedServer server([&](const ScriptedRequest&) { return Reply(200, content); });
  for (const std::size_t count : {std::size_t{100'001}, std::size_t{3 << 20}}) {
    auto reader = client_->Start(To(server));
    std::string got;
    while (true) {
      std::string more = *(*reader)->Read(count);
      if (more.empty()) break;
      got += more;
    }
    EXPECT_TRUE(got == content) << got.size();
  }
}

TEST_F(HttpClientTest, AnAnswerThatNobodyReadsHoldsNeitherMemoryNorOthers) {
  ScriptedServer large(
      [](const ScriptedRequest&) { return Reply(200, std::string(64 << 20, 'x')); });
  ScriptedServer small([](const ScriptedRequest&) { return Reply(200, "small"); });
  auto unread = client_->Start(To(large));
  ASSERT_EQ((*unread)->Head()->status, 200);
  EXPECT_EQ(Fetch(*client_, To(small), 100)->body, "small");
  EXPECT_EQ((*unread)->Read(10)->size(), 10u);
}

TEST_F(HttpClientTest, ALeftAnswerBreaksItsConnection) {
  ScriptedServer server([](const ScriptedRequest&) {
    return ScriptedReply{"HTTP/1.1 200 OK\r\n\r\nbeginning", true};
  });
  auto reader = client_->Start(To(server));
  ASSERT_EQ(*(*reader)->Read(9), "beginning");
  reader->reset();
  EXPECT_TRUE(testing::Eventually([&] { return server.open() == 0; }));
}

TEST_F(HttpClientTest, AnUploadIsSentAsItIsWritten) {
  std::string sent;
  ScriptedServer server([&](const ScriptedRequest& request) {
    sent = request.body;
    return Reply(200, request.head);
  });
  std::string content = NumbersOf(8 << 20);
  auto exchange =
      *client_->StartUpload(To(server, "PUT"), static_cast<std::int64_t>(content.size()));
  for (std::size_t at = 0; at < content.size(); at += 100'001) {
    EXPECT_EQ(exchange->Write(absl::string_view(content).substr(at, 100'001)).value(), true);
  }
  EXPECT_EQ(exchange->End(), absl::OkStatus());
  EXPECT_EQ(exchange->Head()->status, 200);
  EXPECT_THAT(*exchange->Read(1000), ::testing::StartsWith("PUT /a%20b?c=%2F HTTP/1.1\r\n"));
  EXPECT_TRUE(sent == content) << sent.size();
}

TEST_F(HttpClientTest, AnUploadWithoutASizeIsSentInChunks) {
  std::string sent;
  ScriptedServer server([&](const ScriptedRequest& request) {
    sent = request.body;
    return Reply(200, "");
  });
  HttpRequest request = To(server, "PUT");
  request.headers = {"Expect:"};
  auto exchange = *client_->StartUpload(std::move(request), std::nullopt);
  // The first is on its way before the second is written.
  EXPECT_EQ(exchange->Write("hello").value(), true);
  EXPECT_TRUE(testing::Eventually([&] { return server.open() == 1; }));
  EXPECT_EQ(exchange->Write("you").value(), true);
  EXPECT_EQ(exchange->End(), absl::OkStatus());
  EXPECT_EQ(exchange->Head()->status, 200);
  EXPECT_THAT(sent, HasSubstr("hello"));
  EXPECT_THAT(sent, ::testing::EndsWith("you\r\n0\r\n\r\n"));
}

TEST_F(HttpClientTest, WhatIsNotAsLongAsItsSizeIsNeverAWholeUpload) {
  std::atomic<int> answered = 0;
  ScriptedServer server([&](const ScriptedRequest&) {
    ++answered;
    return Reply(200, "");
  });
  for (const std::string content : {"shorte", "the longer"}) {
    auto exchange = *client_->StartUpload(To(server, "PUT"), 9);
    absl::Status status = exchange->Write(content).status();
    if (status.ok()) status = exchange->End();
    EXPECT_TRUE(absl::IsOutOfRange(status)) << content;
    EXPECT_THAT(status.message(), HasSubstr("the 9 bytes that were announced"));
  }
  EXPECT_TRUE(testing::Eventually([&] { return server.open() == 0; }));
  EXPECT_EQ(answered, 0);
}

TEST_F(HttpClientTest, AnUploadThatIsCutWantsNoMore) {
  ScriptedServer server([](const ScriptedRequest&) { return Reply(200, ""); },
                        [](const ScriptedRequest&) { return 100'000; });
  auto exchange = *client_->StartUpload(To(server, "PUT"), std::int64_t{1} << 40);
  std::string piece(100'000, 'x');
  EXPECT_TRUE(testing::Eventually([&] { return !exchange->Write(piece).value(); }));
  EXPECT_TRUE(absl::IsUnavailable(exchange->Head().status()));
}

TEST_F(HttpClientTest, ALeftUploadBreaksItsConnection) {
  ScriptedServer server([](const ScriptedRequest&) { return Reply(200, ""); });
  auto exchange = *client_->StartUpload(To(server, "PUT"), 9);
  EXPECT_EQ(exchange->Write("half").value(), true);
  EXPECT_TRUE(testing::Eventually([&] { return server.open() == 1; }));
  exchange.reset();
  EXPECT_TRUE(testing::Eventually([&] { return server.open() == 0; }));
}

TEST(HttpClientLimitTest, MoreRequestsWaitAndThenAreRefused) {
  std::unique_ptr<HttpClient> client = HttpClient::Create(
      {.transfers_flag = "--most", .max_transfers = 1, .slot_timeout = absl::Milliseconds(50)});
  ScriptedServer holding([](const ScriptedRequest&) { return ScriptedReply{"", true}; });
  ScriptedServer server([](const ScriptedRequest&) { return Reply(200, "served"); });
  auto first = client->Start(To(holding));
  absl::Status refused = client->Start(To(server)).status();
  EXPECT_TRUE(absl::IsUnavailable(refused));
  EXPECT_THAT(refused.message(),
              HasSubstr("1 requests run already, and none ended in 50ms (--most)"));
  first->reset();
  EXPECT_EQ(Fetch(*client, To(server), 100)->body, "served");
}

TEST(HttpClientLimitTest, AnAnswerThatNobodyReadsGivesWay) {
  std::unique_ptr<HttpClient> client =
      HttpClient::Create({.transfers_flag = "--most", .max_transfers = 1});
  ScriptedServer large(
      [](const ScriptedRequest&) { return Reply(200, std::string(8 << 20, 'x')); });
  ScriptedServer small([](const ScriptedRequest&) { return Reply(200, "small"); });
  auto unread = client->Start(To(large));
  ASSERT_EQ((*unread)->Head()->status, 200);
  EXPECT_EQ(Fetch(*client, To(small), 100)->body, "small");
  EXPECT_EQ((*unread)->Read(1000)->size(), 1000u) << "what had arrived";
  EXPECT_TRUE(absl::IsUnavailable((*unread)->Read(8 << 20).status()));
}

TEST(HttpClientEndTest, EndsWithTransfersStillRunning) {
  ScriptedServer holding([](const ScriptedRequest&) { return ScriptedReply{"", true}; });
  std::unique_ptr<HttpClient> client = HttpClient::Create({});
  auto first = client->Start(To(holding));
  first->reset();
  client.reset();
  EXPECT_LE(holding.connections(), 1);
}

}  // namespace
}  // namespace triad::http_client

// Streams both ways, through the gateway.
#include <google/api/httpbody.pb.h>
#include <gtest/gtest.h>

#include "cli/transport/client.h"
#include "tests/support/scripted_server.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::cli {
namespace {

using google::protobuf::Message;
using testing::Reply;
using testing::ScriptedReply;
using testing::ScriptedRequest;
using testing::ScriptedServer;

class ConversationTest : public ::testing::Test {
 protected:
  absl::Status Converse(ScriptedServer& server, const Content& content,
                        const Client::OnMessage& on_message) {
    auto client = MakeClient({.server = server.url()});
    Call call = {.method = &FindMethod("triad.transform.v1.TransformService.TransformStream"),
                 .headers = {{"x-meta-recipe", "to-hex"}}};
    return (*client)->Converse(call, transform::v1::TransformStreamRequest(), content, on_message);
  }
  // What comes is kept.
  absl::Status Converse(ScriptedServer& server, const Content& content) {
    return Converse(server, content, [this](const Message& message) {
      came_ += static_cast<const google::api::HttpBody&>(message).data();
      return absl::OkStatus();
    });
  }

  std::string came_;
};

TEST_F(ConversationTest, SendsContentAsItIsAndTakesBytes) {
  ScriptedServer server([](const ScriptedRequest& request) {
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/api/v1/transform:stream");
    EXPECT_EQ(request.headers.at("x-meta-recipe"), "to-hex");
    EXPECT_EQ(request.body, "Triad");
    return Reply(200, "5472696164");
  });
  absl::Status status = Converse(server, ContentOfBytes("text/plain", "Triad"));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(came_, "5472696164");
}

TEST_F(ConversationTest, TellsTheErrorOfTheServer) {
  ScriptedServer server(
      [](const ScriptedRequest&) { return Reply(400, R"({"code":3,"message":"steps[0]: bad"})"); });
  EXPECT_EQ(Converse(server, ContentOfBytes("", "x")), absl::InvalidArgumentError("steps[0]: bad"));
}

TEST_F(ConversationTest, EndsWithTheErrorOfItsContent) {
  ScriptedServer server([](const ScriptedRequest&) { return Reply(200, ""); });
  Content content;
  content.read = [](std::size_t) { return absl::AbortedError("became shorter"); };
  EXPECT_EQ(Converse(server, content), absl::AbortedError("became shorter"));
}

TEST_F(ConversationTest, EndsWithTheErrorOfWhoTakesTheAnswer) {
  ScriptedServer server([](const ScriptedRequest&) { return Reply(200, "bytes"); });
  EXPECT_EQ(Converse(server, ContentOfBytes("", "x"),
                     [](const Message&) { return absl::DataLossError("the disk is full"); }),
            absl::DataLossError("the disk is full"));
}

TEST_F(ConversationTest, NeverTakesABrokenAnswerForAWholeOne) {
  ScriptedServer server([](const ScriptedRequest&) {
    return ScriptedReply{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", false};
  });
  EXPECT_TRUE(absl::IsUnavailable(Converse(server, ContentOfBytes("", "x"))));
  EXPECT_EQ(came_, "half");
}

TEST_F(ConversationTest, SaysThatNobodyIsThere) {
  auto client = MakeClient({.server = "http://127.0.0.1:1"});
  Call call = {&FindMethod("triad.transform.v1.TransformService.TransformStream")};
  EXPECT_TRUE(absl::IsUnavailable(
      (*client)->Converse(call, transform::v1::TransformStreamRequest(), ContentOfBytes("", "x"),
                          [](const Message&) { return absl::OkStatus(); })));
}

}  // namespace
}  // namespace triad::cli

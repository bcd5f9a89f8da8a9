// Calls over HTTP, and how a server that is away is waited for.
#include <gmock/gmock.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cli/transport/client.h"
#include "cli/transport/event_stream.h"
#include "cli/transport/waiting.h"
#include "tests/support/process.h"
#include "tests/support/scripted_server.h"
#include "triad/config/v1/config.pb.h"

namespace triad::cli {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using ::testing::HasSubstr;
using testing::Reply;
using testing::ScriptedReply;
using testing::ScriptedRequest;
using testing::ScriptedServer;
namespace v1 = config::v1;

const MethodDescriptor& Method(const std::string& name) {
  return FindMethod("triad.config.v1.ConfigService." + name);
}

TEST(EventStreamTest, CutsBytesIntoEventsWhereverTheyArrive) {
  std::string bytes =
      ": hello\n\nid: 1\n\nid: 2\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\nretry: 5\nevent: "
      "status\ndata: x\n\n";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    EventStream stream;
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      stream.Append(absl::string_view(bytes).substr(at, piece));
      while (auto event = stream.Next()) {
        seen.push_back(event->type + "|" + event->id + "|" + event->data);
      }
    }
    EXPECT_THAT(seen, ::testing::ElementsAre("|1|", "|2|{\"a\":\n1}", "status||x")) << piece;
  }
}

class GatewayClientTest : public ::testing::Test {
 protected:
  absl::Status Watch(const std::string& body, std::vector<std::string>* resumes) {
    ScriptedServer server([&](const ScriptedRequest& request) {
      EXPECT_EQ(request.headers.at("accept"), "text/event-stream");
      return ScriptedReply{
          "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
          false};
    });
    auto client = MakeClient({.server = server.url()});
    v1::WatchEntriesRequest request;
    request.set_parent("namespaces/a");
    return (*client)->Send({&Method("WatchEntries")}, request, [&](const Message& message) {
      resumes->push_back(static_cast<const v1::WatchEntriesResponse&>(message).resume());
      return absl::OkStatus();
    });
  }
};

TEST_F(GatewayClientTest, GivesMarksAndEventsAndHowAStreamEnds) {
  std::vector<std::string> resumes;
  absl::Status status = Watch(
      "id: e-1\n\nid: e-2\ndata: {\"revision\":\"2\",\"resume\":\"e-2\",\"later\":1}\n\n"
      "event: status\ndata: {\"code\":14,\"message\":\"going\"}\n\n",
      &resumes);
  EXPECT_THAT(resumes, ::testing::ElementsAre("e-1", "e-2"));
  EXPECT_EQ(status, absl::UnavailableError("going"));
}

TEST_F(GatewayClientTest, TakesARefusedCommitForAnAnswer) {
  ScriptedServer server([](const ScriptedRequest&) {
    return Reply(409, R"({"committed":false,"revision":"7","results":[]})");
  });
  auto client = MakeClient({.server = server.url()});
  std::int64_t revision = 0;
  v1::CommitEntriesRequest request;
  request.set_parent("namespaces/a");
  EXPECT_TRUE((*client)
                  ->Send({&Method("CommitEntries")}, request,
                         [&](const Message& message) {
                           revision =
                               static_cast<const v1::CommitEntriesResponse&>(message).revision();
                           return absl::OkStatus();
                         })
                  .ok());
  EXPECT_EQ(revision, 7);
}

TEST_F(GatewayClientTest, SendsAFileAsItIs) {
  ScriptedServer server([](const ScriptedRequest& request) {
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/api/v1/namespaces/a:import?format=FORMAT_YAML&validate_only=true");
    EXPECT_EQ(request.headers.at("content-type"), "application/octet-stream");
    EXPECT_EQ(request.body, "entries: {}");
    return Reply(200, R"({"added":"7"})");
  });
  auto client = MakeClient({.server = server.url()});
  v1::ImportEntriesRequest request;
  request.set_parent("namespaces/a");
  request.set_format(v1::FORMAT_YAML);
  request.set_validate_only(true);
  std::int64_t added = 0;
  EXPECT_TRUE((*client)
                  ->Upload({&Method("ImportEntries")}, request,
                           ContentOfBytes("application/octet-stream", "entries: {}"),
                           [&](const Message& message) {
                             added = static_cast<const v1::ImportEntriesResponse&>(message).added();
                             return absl::OkStatus();
                           })
                  .ok());
  EXPECT_EQ(added, 7);
}

TEST_F(GatewayClientTest, EndsAnUploadWithTheErrorOfItsContent) {
  ScriptedServer server([](const ScriptedRequest&) { return Reply(200, "{}"); });
  auto client = MakeClient({.server = server.url()});
  v1::ImportEntriesRequest request;
  request.set_parent("namespaces/a");
  Content content = {.size = 10};
  content.read = [](std::size_t) { return absl::AbortedError("became shorter"); };
  bool answered = false;
  absl::Status status =
      (*client)->Upload({&Method("ImportEntries")}, request, content, [&](const Message&) {
        answered = true;
        return absl::OkStatus();
      });
  EXPECT_EQ(status, absl::AbortedError("became shorter"));
  EXPECT_FALSE(answered);
}

TEST(MakeClientTest, NamesTheFlagOfAnAddressThatIsNone) {
  for (const char* server : {"", "h:1", "grpc://h", "grpc://h:1/x", "ftp://h", "http://"}) {
    EXPECT_THAT(std::string(MakeClient({.server = server}).status().message()),
                HasSubstr("--server: expected"));
  }
}

TEST(AuthorizationTest, IsTheFirstLineOfTheFileAndIsNeverTold) {
  testing::TemporaryDirectory directory;
  std::string path = directory.path() + "/token";
  std::ofstream(path) << "open-sesame \nother\n";
  EXPECT_EQ(*Authorization(path), "Bearer open-sesame");
  EXPECT_EQ(*Authorization(""), "");
  std::ofstream(path) << "open\x01sesame\n";
  EXPECT_THAT(std::string(Authorization(path).status().message()),
              ::testing::Not(HasSubstr("sesame")));
  EXPECT_THAT(std::string(Authorization(directory.path() + "/none").status().message()),
              HasSubstr("--token-file: cannot read"));
}

// Is away for some calls.
class FakeClient final : public Client {
 public:
  explicit FakeClient(int away) : away_(away) {}

  absl::Status Send(const Call&, const Message&, const OnMessage& on_message) override {
    ++sent;
    if (away_-- > 0) return absl::UnavailableError("away");
    return on_message(v1::Entry());
  }
  absl::Status Upload(const Call&, const Message&, const Content&, const OnMessage&) override {
    return absl::UnimplementedError("not asked for here");
  }
  absl::Status Converse(const Call&, const Message&, const Content&, const OnMessage&) override {
    return absl::UnimplementedError("not asked for here");
  }
  absl::Status Ready(const MethodDescriptor&) override {
    ++asked;
    return away_-- > 0 ? absl::UnavailableError("away") : absl::OkStatus();
  }
  absl::StatusOr<std::vector<ServerBuild>> Builds() override { return std::vector<ServerBuild>(); }

  int sent = 0;
  int asked = 0;

 private:
  int away_;
};

class WaitingTest : public ::testing::Test {
 protected:
  void Make(int away, absl::Duration wait) {
    auto fake = std::make_unique<FakeClient>(away);
    fake_ = fake.get();
    client_ = MakeWaitingClient(std::move(fake), wait,
                                [this](const absl::Status&, absl::Duration) { ++told_; });
  }
  absl::Status Send(const std::string& method) {
    return client_->Send({&Method(method)}, v1::GetEntryRequest(),
                         [](const Message&) { return absl::OkStatus(); });
  }

  FakeClient* fake_ = nullptr;
  std::unique_ptr<Client> client_;
  int told_ = 0;
};

TEST_F(WaitingTest, AsksAgainForWhatHasNoSideEffects) {
  Make(2, absl::Seconds(30));
  EXPECT_TRUE(Send("GetEntry").ok());
  EXPECT_EQ(fake_->sent, 3);
  EXPECT_EQ(told_, 2);
}

TEST_F(WaitingTest, SendsAWriteOnceWhenTheServiceIsReady) {
  Make(2, absl::Seconds(30));
  EXPECT_TRUE(Send("SetEntry").ok());
  EXPECT_EQ(fake_->asked, 3);
  EXPECT_EQ(fake_->sent, 1);
}

TEST_F(WaitingTest, DoesNotWaitUnlessAsked) {
  Make(1, absl::ZeroDuration());
  EXPECT_TRUE(absl::IsUnavailable(Send("GetEntry")));
  EXPECT_EQ(fake_->sent, 1);
}

TEST_F(WaitingTest, GivesUpInTime) {
  Make(1000, absl::Milliseconds(300));
  EXPECT_TRUE(absl::IsUnavailable(Send("GetEntry")));
  EXPECT_LE(fake_->sent, 4);
}

}  // namespace
}  // namespace triad::cli

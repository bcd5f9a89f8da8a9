// The gateway in front of somebody else's service: a descriptor set and an
// address are all it is given.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "testing/notes.grpc.pb.h"
#include "tests/support/http.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

using acme::notes::v1::Query;
using nlohmann::json;

class NotesService final : public acme::notes::v1::Notes::Service {
  grpc::Status Search(grpc::ServerContext*, const Query* query, Query* reply) override {
    *reply = *query;
    return grpc::Status::OK;
  }
  grpc::Status Update(grpc::ServerContext*, const Query* query, Query* reply) override {
    *reply = *query;
    return grpc::Status::OK;
  }
  grpc::Status Archive(grpc::ServerContext*, const Query* query, Query* reply) override {
    *reply = *query;
    return grpc::Status::OK;
  }
  grpc::Status Count(grpc::ServerContext*, const Query* query,
                     grpc::ServerWriter<Query>* writer) override {
    for (int i = 1; i <= query->limit(); ++i) {
      Query reply;
      reply.set_limit(i);
      writer->Write(reply);
    }
    return {grpc::StatusCode::DATA_LOSS, "counted"};
  }
};

class StandaloneGatewayTest : public ::testing::Test {
 protected:
  StandaloneGatewayTest() {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    gateway_ = std::make_unique<Server>(
        "gateway", directory_.path(),
        std::vector<std::string>{
            "--descriptor_set=" NOTES_DESCRIPTOR_SET,
            "--upstream=acme.notes.v1.Notes=127.0.0.1:" + std::to_string(port)});
    gateway_->Start();
  }
  ~StandaloneGatewayTest() override { server_->Shutdown(std::chrono::system_clock::now()); }

  std::string Url(const std::string& path) const { return "http://" + gateway_->address() + path; }

  TemporaryDirectory directory_;
  NotesService service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Server> gateway_;
};

// A variable of several segments keeps an escaped slash, as google/api/http.proto
// asks: it could not be told from a real one otherwise.
TEST_F(StandaloneGatewayTest, PathAndQueryBindEveryKindOfField) {
  const HttpResponse reply =
      Get(Url("/notes/shelves/a%2Fb/deep/title?limit=7&order=ORDER_NEWEST&tags=x&tags=y%20z"
              "&filter.author=Ada&filter.years=1815&filter.years=1852&exact=true&score=-1.5e3"
              "&cookie=_-8"));
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.json(), (json{{"shelf", "shelves/a%2Fb"},
                                {"title", "deep/title"},
                                {"limit", 7},
                                {"order", "ORDER_NEWEST"},
                                {"tags", {"x", "y z"}},
                                {"filter", {{"author", "Ada"}, {"years", {"1815", "1852"}}}},
                                {"exact", true},
                                {"score", -1500.0},
                                {"cookie", "/+8="}}));
  EXPECT_EQ(Get(Url("/notes/latest?order=1")).json().at("order"), "ORDER_NEWEST");
}

TEST_F(StandaloneGatewayTest, BodiesBindAFieldOrEverything) {
  HttpRequest request;
  request.method = "PATCH";
  request.url = Url("/notes/t1?limit=3");
  request.headers = {"Content-Type: application/json"};
  request.body = R"({"author":"Ada"})";
  HttpResponse field = Send(std::move(request));
  ASSERT_EQ(field.status, 200) << field.body;
  EXPECT_EQ(field.json().at("title"), "t1");
  EXPECT_EQ(field.json().at("limit"), 3);
  EXPECT_EQ(field.json().at("filter").at("author"), "Ada");

  const HttpResponse all =
      Post(Url("/notes/t1:archive"), R"({"title":"ignored","limit":4,"tags":["q"]})");
  ASSERT_EQ(all.status, 200) << all.body;
  EXPECT_EQ(all.json().at("title"), "t1") << "the path wins";
  EXPECT_EQ(all.json().at("limit"), 4);
}

TEST_F(StandaloneGatewayTest, StreamsAreLinesWithTheErrorLast) {
  HttpResponse reply = Get(Url("/notes:count?limit=2"));
  EXPECT_EQ(reply.status, 200);
  std::istringstream lines(reply.body);
  std::vector<json> messages;
  for (std::string line; std::getline(lines, line);) messages.push_back(json::parse(line));
  ASSERT_EQ(messages.size(), 3) << reply.body;
  EXPECT_EQ(messages[0].at("result").at("limit"), 1);
  EXPECT_EQ(messages[1].at("result").at("limit"), 2);
  EXPECT_EQ(messages[2].at("error").at("code"), 15);
}

TEST_F(StandaloneGatewayTest, BadFieldsAreNamed) {
  const struct {
    const char* query;
    const char* field;
  } cases[] = {{"limit=7x", "limit"},         {"limit=0x10", "limit"},
               {"limit=3000000000", "limit"}, {"order=ORDER_OLDEST", "order"},
               {"filter.years=a", "years"},   {"nothing=1", "nothing"},
               {"exact=yes", "exact"},        {"score=1.5.5", "score"},
               {"filter=x", "filter"},        {"limit=1&limit=2", "limit"}};
  for (const auto& test : cases) {
    HttpResponse reply = Get(Url(std::string("/notes/latest?") + test.query));
    EXPECT_EQ(reply.status, 400) << test.query;
    EXPECT_NE(reply.body.find(test.field), std::string::npos) << test.query << reply.body;
  }
}

TEST_F(StandaloneGatewayTest, OtherMethodsAndUnimplementedOnesAreSaid) {
  HttpResponse wrong = Post(Url("/notes/latest"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_NE(wrong.headers.at("allow").find("GET"), std::string::npos);
  EXPECT_EQ(Post(Url("/acme.notes.v1.Notes/Hidden")).status, 404);
}

TEST(StandaloneGatewayFlagsTest, AreCheckedWithOneLine) {
  const struct {
    std::vector<std::string> arguments;
    const char* says;
  } cases[] = {
      {{"--descriptor_set=/nowhere.pb"}, "/nowhere.pb"},
      {{"--upstream=acme.notes.v1.Nope=127.0.0.1:1"}, "acme.notes.v1.Nope"},
      {{"--upstream=nonsense"}, "nonsense"},
      {{"--listen=nonsense"}, "nonsense"},
      {{"--no_such_flag"}, "no_such_flag"},
  };
  TemporaryDirectory directory;
  int run = 0;
  for (const auto& test : cases) {
    std::string log = directory.path() + "/" + std::to_string(++run);
    ChildProcess gateway({BinaryDirectory() + "/triad-gateway", test.arguments, {}, log});
    EXPECT_NE(gateway.Wait(), 0) << test.says;
    std::string output = gateway.Log();
    EXPECT_NE(output.find(test.says), std::string::npos) << output;
    EXPECT_EQ(std::count(output.begin(), output.end(), '\n'), 1) << output;
  }
}

}  // namespace
}  // namespace triad::testing

// Every endpoint of the design's table, through the gateway.
#include <gtest/gtest.h>

#include <regex>

#include "runtime/base/sha256.h"
#include "tests/support/http.h"
#include "tests/support/target.h"

namespace triad::testing {
namespace {

using nlohmann::json;

class EndpointsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    SuiteOptions options;
    options.environment["config"] = {"SECRET_KEY=key-5c1f", "DB_PASSWORD=password-77aa",
                                     "API_BASE_URL=https://api.example.test", "LOG_LEVEL=debug",
                                     "MAX_CONNECTIONS=250"};
    target_ = new Target(options);
  }
  static void TearDownTestSuite() {
    delete target_;
    target_ = nullptr;
  }
  static HttpResponse Fetch(const std::string& path) { return Get(target_->Url(path)); }
  // In containers the frontend has the page, the gateway has none.
  static bool IsGatewayAlone() { return !target_->is_own() && Fetch("/").status == 404; }

  static Target* target_;
};
Target* EndpointsTest::target_ = nullptr;

TEST_F(EndpointsTest, RootIsTheWebPage) {
  if (IsGatewayAlone()) GTEST_SKIP() << "there is no page at " << target_->address();
  HttpResponse reply = Fetch("/");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_NE(reply.headers.at("content-security-policy").find("default-src 'self'"),
            std::string::npos);
  HttpResponse again = Get(target_->Url("/"), {"If-None-Match: " + reply.headers.at("etag")});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
}

TEST_F(EndpointsTest, AssetsAreCachedForLongAndSentCompressed) {
  if (IsGatewayAlone()) GTEST_SKIP() << "there is no page at " << target_->address();
  std::string page = Fetch("/").body;
  std::smatch asset;
  ASSERT_TRUE(std::regex_search(page, asset, std::regex(R"re("(/assets/[^"]+\.js)")re"))) << page;
  HttpResponse reply = Get(target_->Url(asset[1]), {"Accept-Encoding: gzip"});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("content-encoding"), "gzip");
  EXPECT_EQ(reply.headers.at("cache-control"), "public, max-age=31536000, immutable");
}

TEST_F(EndpointsTest, Health) {
  HttpResponse reply = Fetch("/api/health");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, R"({"status":"ok"})");
}

TEST_F(EndpointsTest, VersionTellsWhatEveryServerWasBuiltFrom) {
  json version = Fetch("/api/version").json();
  EXPECT_NE(version.at("commit"), "");
  EXPECT_NE(version.at("version"), "");
  json health = Fetch("/api/health?verbose").json();
  ASSERT_EQ(version.at("services").size(), health.at("services").size());
  for (std::size_t i = 0; i < health.at("services").size(); ++i) {
    const json& service = version.at("services").at(i);
    EXPECT_EQ(service.at("name"), health.at("services").at(i).at("name"));
    EXPECT_NE(service.at("commit"), "") << service;
    EXPECT_NE(service.at("version"), "") << service;
  }
}

TEST_F(EndpointsTest, Mirror) {
  HttpResponse reply = Fetch("/api/mirror?word=fOoBar25");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("content-type"), "application/json");
  EXPECT_EQ(reply.body, R"({"transformed":"47RAbOoF"})");
}

TEST_F(EndpointsTest, UploadRandomCreatesTheObjectItNames) {
  HttpResponse reply = Post(target_->Url("/api/upload-random"));
  ASSERT_EQ(reply.status, 200) << reply.body;
  json uploaded = reply.json();
  EXPECT_EQ(uploaded.at("uploaded"), "ok");
  std::string name = uploaded.at("name");
  ASSERT_TRUE(std::regex_match(name, std::regex(R"((0|[1-9]\d{0,3})\.txt)"))) << name;
  std::string content = name.substr(0, name.find('.'));
  EXPECT_EQ(uploaded.at("size"), content.size());
  EXPECT_EQ(uploaded.at("sha256"), Sha256::Of(content).hex());
  EXPECT_EQ(Fetch("/api/v1/buckets/uploads/objects/" + name).body, content);
}

TEST_F(EndpointsTest, ConfigIsFilledFromTheEnvironmentWithSecretsMasked) {
  HttpResponse reply = Fetch("/config");
  EXPECT_EQ(reply.status, 200);
  json expected = {{"message", "Config and secrets accessed"},
                   {"SECRET_KEY", "********"},
                   {"DB_PASSWORD", "********"},
                   {"API_BASE_URL", "https://api.example.test"},
                   {"LOG_LEVEL", "debug"},
                   {"MAX_CONNECTIONS", "250"}};
  if (!target_->is_own()) {
    for (const char* name : {"API_BASE_URL", "LOG_LEVEL", "MAX_CONNECTIONS"}) {
      expected[name] = reply.json().at(name);  // what its environment was
    }
  }
  EXPECT_EQ(reply.json(), expected);
}

TEST_F(EndpointsTest, OpenApiDescribesThem) {
  HttpResponse reply = Fetch("/openapi.json");
  EXPECT_EQ(reply.status, 200);
  json document = reply.json();
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  for (const char* path : {"/api/health", "/api/mirror", "/api/upload-random", "/config"}) {
    EXPECT_TRUE(document.at("paths").contains(path)) << path;
  }
}

TEST_F(EndpointsTest, EntriesAreSetWithAnEtagAndRead) {
  std::string name = "namespaces/" + Unique("set") + "/entries/feature/dark-mode";
  std::string url = target_->Url("/api/v1/" + name);
  HttpResponse created = Put(url, R"({"value":{"boolValue":true}})");
  ASSERT_EQ(created.status, 200) << created.body;
  json entry = created.json();
  EXPECT_EQ(entry.at("name"), name);
  EXPECT_EQ(entry.at("version"), "1");
  EXPECT_EQ(Get(url).json(), entry);

  json update = {{"value", {{"boolValue", false}}}, {"etag", entry.at("etag")}};
  HttpResponse updated = Put(url, update.dump());
  ASSERT_EQ(updated.status, 200) << updated.body;
  EXPECT_EQ(updated.json().at("version"), "2");

  HttpResponse stale = Put(url, update.dump());
  EXPECT_EQ(stale.status, 409);
  EXPECT_EQ(stale.json().at("code"), 10);
  EXPECT_EQ(Put(url, update.dump(), {"If-None-Match: *"}).status, 412);
  EXPECT_EQ(Put(url, update.dump(), {"If-Match: \"stale\""}).status, 412);
  EXPECT_EQ(Get(url).json(), updated.json());
}

TEST_F(EndpointsTest, EntriesAreDeletedAndComeBack) {
  std::string name = "namespaces/" + Unique("delete") + "/entries/a/b";
  std::string url = target_->Url("/api/v1/" + name);
  json entry = Put(url, R"({"value":{"intValue":"7"}})").json();
  auto remove = [&](std::vector<std::string> headers) {
    HttpRequest request;
    request.method = "DELETE";
    request.url = url;
    request.headers = std::move(headers);
    return Send(std::move(request));
  };
  EXPECT_EQ(remove({"If-Match: \"stale\""}).status, 412);
  HttpResponse deleted = remove({"If-Match: \"" + entry.at("etag").get<std::string>() + "\""});
  ASSERT_EQ(deleted.status, 200) << deleted.body;
  EXPECT_TRUE(deleted.json().contains("deleteTime")) << deleted.body;
  EXPECT_FALSE(deleted.json().contains("value")) << deleted.body;
  EXPECT_EQ(Get(url).status, 404);
  EXPECT_EQ(remove({}).status, 404);
  HttpResponse back = Post(url + ":undelete", "{}", {"Content-Type: application/json"});
  ASSERT_EQ(back.status, 200) << back.body;
  EXPECT_EQ(back.json().at("value"), entry.at("value"));
  EXPECT_EQ(back.json().at("version"), "3");
  EXPECT_EQ(Post(url + ":undelete", "{}", {"Content-Type: application/json"}).status, 409);
}

TEST_F(EndpointsTest, EntriesAreCommittedAllOrNone) {
  std::string parent = "namespaces/" + Unique("commit");
  std::string url = target_->Url("/api/v1/" + parent);
  json request = {
      {"operations",
       {{{"put", {{"name", parent + "/entries/a"}, {"value", {{"intValue", "1"}}}}},
         {"absent", true}},
        {{"put", {{"name", parent + "/entries/b"}, {"value", {{"boolValue", true}}}}}}}}};
  HttpResponse done = Post(url + ":commit", request.dump(), {"Content-Type: application/json"});
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.json().at("committed"), true);
  EXPECT_EQ(Get(url + "/entries/a").json().at("revision"), done.json().at("revision"));
  HttpResponse again = Post(url + ":commit", request.dump(), {"Content-Type: application/json"});
  EXPECT_EQ(again.status, 409) << again.body;
  EXPECT_EQ(again.json().at("committed"), false);
  EXPECT_EQ(again.json().at("results")[0].at("entry").at("value").at("intValue"), "1");
  EXPECT_EQ(Get(url + "/entries/b").json().at("version"), "1");
}

TEST_F(EndpointsTest, EntriesAreReadAsTheyWere) {
  std::string url = target_->Url("/api/v1/namespaces/" + Unique("history") + "/entries/a/b");
  json first = Put(url, R"({"value":{"intValue":"1"}})").json();
  json second = Put(url, R"({"value":{"intValue":"2"}})").json();
  EXPECT_EQ(Get(url + "?version=1").json(), first);
  EXPECT_EQ(Get(url + "?revision=" + first.at("revision").get<std::string>()).json(), first);
  json history = Get(url + ":history").json();
  EXPECT_EQ(history.at("versions"), json::array({second, first}));

  HttpResponse read = Get(url);
  std::string etag = "\"" + second.at("etag").get<std::string>() + "\"";
  EXPECT_EQ(read.headers["etag"], etag);
  HttpResponse unchanged = Get(url, {"If-None-Match: " + etag});
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.body, "");
  EXPECT_EQ(unchanged.headers["etag"], etag);
  EXPECT_EQ(Get(url, {"If-None-Match: \"stale\""}).status, 200);
}

TEST_F(EndpointsTest, EntriesAreListedInPages) {
  std::string entries = target_->Url("/api/v1/namespaces/" + Unique("paging") + "/entries");
  for (const char* key : {"/a", "/b", "/c"}) {
    ASSERT_EQ(Put(entries + key, R"({"value":{"stringValue":"x"}})").status, 200);
  }
  std::string url = entries + "?page_size=2";
  json first = Get(url).json();
  EXPECT_EQ(first.at("entries").size(), 2);
  const json second =
      Get(url + "&page_token=" + first.at("nextPageToken").get<std::string>()).json();
  EXPECT_EQ(second.at("entries").size(), 1);
  EXPECT_EQ(second.at("nextPageToken"), "");
}

TEST_F(EndpointsTest, WatchDeliversAChangeAsItHappens) {
  std::string entries = "/api/v1/namespaces/" + Unique("live") + "/entries";
  RawConnection watch(target_->address());
  watch.Write("GET " + entries + ":watch HTTP/1.1\r\nHost: " + target_->address() +
              "\r\n"
              "Accept: text/event-stream\r\n\r\n");
  std::string head = watch.ReadUntil("\r\n\r\n");
  EXPECT_NE(head.find("HTTP/1.1 200"), std::string::npos) << head;
  EXPECT_NE(head.find("text/event-stream"), std::string::npos) << head;
  const json written =
      Put(target_->Url(entries + "/k"), R"({"value":{"intValue":"9007199254740993"}})").json();
  std::string event = watch.ReadUntil("9007199254740993");
  // The epoch of the database stands before it.
  std::size_t id = event.rfind("id: ");
  ASSERT_NE(id, std::string::npos) << event;
  std::string line = event.substr(id, event.find('\n', id) - id);
  EXPECT_EQ(line.substr(line.rfind('-') + 1), written.at("revision").get<std::string>()) << event;
}

TEST_F(EndpointsTest, WatchResumesAfterTheLastEventId) {
  std::string entries = "/api/v1/namespaces/" + Unique("resume") + "/entries";
  std::string entry = target_->Url(entries + "/k");
  json first = Put(entry, R"({"value":{"stringValue":"seen"}})").json();
  ASSERT_EQ(Put(entry, R"({"value":{"stringValue":"missed"}})").status, 200);
  RawConnection watch(target_->address());
  watch.Write("GET " + entries + ":watch HTTP/1.1\r\nHost: " + target_->address() +
              "\r\n"
              "Accept: text/event-stream\r\nLast-Event-ID: " +
              first.at("revision").get<std::string>() + "\r\n\r\n");
  std::string events = watch.ReadUntil("missed");
  EXPECT_NE(events.find("missed"), std::string::npos);
  EXPECT_EQ(events.find("seen"), std::string::npos);
}

TEST_F(EndpointsTest, OperationsDescribeThemselvesAndRun) {
  json catalogue = Fetch("/api/v1/operations").json();
  EXPECT_GE(catalogue.at("operations").size(), 5);
  for (const json& operation : catalogue.at("operations")) {
    for (const json& example : operation.at("examples")) {
      json request = {{"text", example.at("input")}, {"recipe", example.at("recipe")}};
      HttpResponse reply = Post(target_->Url("/api/v1/transform"), request.dump());
      ASSERT_EQ(reply.status, 200) << request << reply.body;
      EXPECT_EQ(reply.json().at("text"), example.at("output")) << request;
    }
  }
}

TEST_F(EndpointsTest, ABadStepIsNamed) {
  const HttpResponse reply =
      Post(target_->Url("/api/v1/transform"), R"({"text":"a","steps":[{"operation":"nope"}]})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.json().at("details").at(0).at("fieldViolations").at(0).at("field"),
            "steps[0].operation");
}

TEST_F(EndpointsTest, ObjectsGoRoundWithTheirMetadata) {
  std::string bucket = Unique("round-trip");
  ASSERT_EQ(Post(target_->Url("/api/v1/buckets?bucket_id=" + bucket)).status, 200);
  const std::string url =
      target_->Url("/api/v1/buckets/" + bucket + "/objects/a%20b/%C3%A9%3A.bin");
  std::string content("\0\xff bytes", 8);
  const HttpResponse put =
      Put(url, content, {"Content-Type: application/x-thing", "X-Meta-Owner: ada"});
  ASSERT_EQ(put.status, 200) << put.body;
  EXPECT_EQ(put.json().at("name"), "buckets/" + bucket + "/objects/a b/\u00e9:.bin");

  HttpResponse get = Get(url);
  EXPECT_EQ(get.status, 200);
  EXPECT_EQ(get.body, content);
  EXPECT_EQ(get.headers.at("content-type"), "application/x-thing");
  EXPECT_EQ(get.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(get.headers.at("x-meta-owner"), "ada");

  HttpResponse part = Get(url, {"Range: bytes=2-4"});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, " by");
  EXPECT_EQ(part.headers.at("content-range"), "bytes 2-4/8");
  EXPECT_EQ(Get(url, {"Range: bytes=8-"}).status, 416);
  EXPECT_EQ(Get(url, {"If-None-Match: " + get.headers.at("etag")}).status, 304);

  json metadata = Get(url + ":metadata").json();
  EXPECT_EQ(metadata.at("size"), "8");
  EXPECT_EQ(metadata.at("sha256"), Sha256::Of(content).hex());
  EXPECT_EQ(metadata.at("metadata").at("owner"), "ada");
  EXPECT_EQ(Put(url, "x", {"If-None-Match: *"}).status, 412);
  EXPECT_EQ(Put(url, "x", {"If-None-Match: \"y\", " + get.headers.at("etag")}).status, 412);
  EXPECT_EQ(Put(url, "x", {"If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT"}).status, 412);
  EXPECT_EQ(Put(url, "x", {"Content-Range: bytes 5-9/10"}).status, 400);
  EXPECT_EQ(Get(url).body, content);
  EXPECT_EQ(Put(url, "\x1f\x8b", {"Content-Encoding: gzip"}).status, 200);
  EXPECT_EQ(Get(url).headers.at("content-encoding"), "gzip");
}

TEST_F(EndpointsTest, SeveralRangesComeInParts) {
  std::string bucket = Unique("parts");
  ASSERT_EQ(Post(target_->Url("/api/v1/buckets?bucket_id=" + bucket)).status, 200);
  std::string url = target_->Url("/api/v1/buckets/" + bucket + "/objects/digits");
  ASSERT_EQ(Put(url, "0123456789", {"Content-Type: text/plain"}).status, 200);
  HttpResponse parts = Get(url, {"Range: bytes=7-8, 0-0, 20-"});
  EXPECT_EQ(parts.status, 206);
  EXPECT_EQ(parts.headers.count("content-range"), 0u);
  std::string type = parts.headers.at("content-type");
  std::string line = "--" + type.substr(type.rfind('=') + 1);
  EXPECT_EQ(type, "multipart/byteranges; boundary=" + line.substr(2));
  std::string head = line + "\r\nContent-Type: text/plain\r\nContent-Range: bytes ";
  EXPECT_EQ(parts.body,
            head + "7-8/10\r\n\r\n78\r\n" + head + "0-0/10\r\n\r\n0\r\n" + line + "--\r\n");
  EXPECT_EQ(parts.headers.at("content-length"), std::to_string(parts.body.size()));
  EXPECT_EQ(Get(url, {"Range: bytes=0-3,4-5"}).headers.at("content-range"), "bytes 0-5/10");
}

TEST_F(EndpointsTest, AnUploadedScriptIsNoneOfThePage) {
  std::string bucket = Unique("scripts");
  ASSERT_EQ(Post(target_->Url("/api/v1/buckets?bucket_id=" + bucket)).status, 200);
  std::string url = target_->Url("/api/v1/buckets/" + bucket + "/objects/x.js");
  ASSERT_EQ(Put(url, "alert(1)", {"Content-Type: text/javascript"}).status, 200);
  HttpResponse refused = Get(url, {"Sec-Fetch-Dest: script"});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.json().at("code"), 7);
  EXPECT_EQ(Get(url, {"Sec-Fetch-Dest: empty"}).body, "alert(1)");
}

TEST_F(EndpointsTest, NamesThatAreNoneAreRefusedByTheirField) {
  std::string bucket = Unique("names");
  ASSERT_EQ(Post(target_->Url("/api/v1/buckets?bucket_id=" + bucket)).status, 200);
  std::string objects = "/api/v1/buckets/" + bucket + "/objects/";
  std::string entries = "/api/v1/namespaces/app/entries/";
  for (const std::string& path : {objects + "dir/", objects + "a//b", objects + "/a", objects,
                                  entries + "dir/", entries + "a//b"}) {
    HttpResponse reply = Fetch(path);
    EXPECT_EQ(reply.status, 400) << path;
    EXPECT_NE(reply.body.find(R"("field":"name")"), std::string::npos) << path << reply.body;
  }
  EXPECT_EQ(Put(target_->Url(objects + "dir/"), "x").status, 400);
  EXPECT_EQ(Fetch("/api/v1/buckets/" + bucket + "/").status, 404)
      << "not of any number of segments";
  // As no client sends it.
  for (const char* name : {"../x", "./x", "a/%2E%2E/x"}) {
    RawConnection raw(target_->address());
    raw.Write("GET " + objects + name + " HTTP/1.1\r\nHost: " + target_->address() +
              "\r\nConnection: close\r\n\r\n");
    std::string reply = raw.ReadAll();
    EXPECT_EQ(reply.substr(0, 12), "HTTP/1.1 400") << name;
    EXPECT_NE(reply.find(R"("field":"name")"), std::string::npos) << name << reply;
  }
}

TEST_F(EndpointsTest, ErrorsAreStatusWithTheRightCode) {
  const struct {
    HttpResponse reply;
    int status;
    int code;
  } cases[] = {
      {Fetch("/api/nothing"), 404, 5},
      {Fetch("/api/v1/namespaces/app/entries/absent"), 404, 5},
      {Post(target_->Url("/api/mirror")), 405, 12},
      {Fetch("/api/mirror"), 400, 3},
      {Fetch("/api/mirror?word=a&word=b"), 400, 3},
      {Fetch("/api/mirror?wrod=a"), 400, 3},
      {Fetch("/api/v1/namespaces/app/entries?page_size=many"), 400, 3},
      {Post(target_->Url("/api/v1/transform"), "{", {"Content-Type: application/json"}), 400, 3},
      {Post(target_->Url("/api/v1/transform"), "{}", {"Content-Type: text/plain"}), 415, 3},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(test.reply.status, test.status) << test.reply.body;
    EXPECT_EQ(test.reply.json().at("code"), test.code) << test.reply.body;
    EXPECT_TRUE(test.reply.json().contains("details")) << test.reply.body;
  }
  EXPECT_EQ(cases[2].reply.headers.at("allow"), "GET, HEAD");
}

}  // namespace
}  // namespace triad::testing

#include "gateway/routing/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "gateway/protos/testing/test_descriptors.h"

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;

struct TestRouter {
  std::unique_ptr<DescriptorSet> set;
  absl::StatusOr<std::unique_ptr<Router>> router;
};

// One RPC M0, M1, … per rule, in a service test.S.
TestRouter MakeRouter(const std::vector<std::string>& rules) {
  std::string body = R"(
      message Inner { string name = 1; Inner inner = 2; repeated string list = 3; }
      message Request {
        string a = 1; string b = 2; string name = 3; Inner inner = 4;
        repeated string list = 5; map<string, string> map = 6; int64 after = 7;
        google.protobuf.StringValue wrapped = 8; google.protobuf.Struct struct = 9;
      }
      message Reply { string text = 1; int64 at = 2; }
      service S {)";
  for (std::size_t i = 0; i < rules.size(); ++i) {
    absl::StrAppend(&body, "rpc M", i,
                    "(Request) returns (stream Reply) { option (google.api.http) = {", rules[i],
                    "}; }\n");
  }
  absl::StrAppend(&body, "}");
  TestRouter result;
  result.set = CompileDescriptors({{"test.proto", TestProto(body)}});
  result.router = Router::Create(result.set->pool(), result.set->service_files());
  return result;
}

// "M1 a=x b=y", "no path", "no method: GET,HEAD", "malformed".
std::string Show(const Match& match) {
  switch (match.result) {
    case Match::Result::kNoPath:
      return "no path";
    case Match::Result::kMalformed:
      return "malformed";
    case Match::Result::kNoMethod: {
      std::string text = "no method:";
      for (const auto& name : match.allowed) absl::StrAppend(&text, " ", name);
      return text;
    }
    case Match::Result::kFound:
      break;
  }
  std::string text = match.route->method->name();
  for (const auto& [field, value] : match.bindings) absl::StrAppend(&text, " ", field, "=", value);
  return text;
}

struct Case {
  const char* method;
  const char* path;
  const char* expected;
};

void Check(const std::vector<std::string>& rules, const std::vector<Case>& cases) {
  TestRouter test = MakeRouter(rules);
  ASSERT_TRUE(test.router.ok()) << test.router.status();
  for (const Case& c : cases) {
    EXPECT_EQ(Show((*test.router)->Find(c.method, c.path)), c.expected)
        << c.method << " " << c.path;
  }
}

TEST(RouterTest, MatchesVariablesOfEveryShape) {
  Check({R"(get: "/v1/{a}")", R"(get: "/v1/x/{name=**}")", R"(get: "/v1/y/{name=things/*}")",
         R"(get: "/v1/z/{a=*}/of/{inner.name=*}/{b=p/*/q/**}")", R"(get: "/w/*/{a}/**")"},
        {{"GET", "/v1/one", "M0 a=one"},
         {"GET", "/v1/x/one/two", "M1 name=one/two"},
         {"GET", "/v1/x", "M1 name="},
         {"GET", "/v1/y/things/7", "M2 name=things/7"},
         {"GET", "/v1/y/other/7", "no path"},
         {"GET", "/v1/z/1/of/2/p/3/q/4/5", "M3 a=1 inner.name=2 b=p/3/q/4/5"},
         {"GET", "/v1/z/1/of/2/p/3/q", "M3 a=1 inner.name=2 b=p/3/q"},
         {"GET", "/w/any/x", "M4 a=x"},
         {"GET", "/w/any/x/y/z", "M4 a=x"},
         {"GET", "/w/any", "no path"},
         {"GET", "/", "no path"},
         {"GET", "", "no path"},
         {"GET", "*", "no path"},
         {"GET", "v1/one", "no path"}});
}

TEST(RouterTest, TakesTheRootForAPath) {
  Check({R"(get: "/")", R"(post: "/**")", R"(get: "/{a}")"}, {{"GET", "/", "M0"},
                                                              {"HEAD", "/", "M0"},
                                                              {"POST", "/", "M1"},
                                                              {"POST", "/x", "M1"},
                                                              {"POST", "/x/y", "M1"},
                                                              {"GET", "/x", "M2 a=x"},
                                                              {"GET", "//", "no method: POST"},
                                                              {"GET", "", "no path"}});
}

TEST(RouterTest, MatchesWhatStandsBehindManySegments) {
  Check({R"(get: "/v1/{name=**}/versions")", R"(get: "/v1/{name=**}/versions/{a}")",
         R"(get: "/v1/{name=things/**/of/*}:run")", R"(get: "/v1/{name=**}")",
         R"(get: "/v2/**/{a}/{b=x/*}")"},
        {{"GET", "/v1/a/b/versions", "M0 name=a/b"},
         {"GET", "/v1/versions", "M0 name="},
         {"GET", "/v1/a%2Fb/c%20d/versions", "M0 name=a%2Fb/c d"},
         {"GET", "/v1/a/b/versions/7", "M1 name=a/b a=7"},
         {"GET", "/v1/versions/versions", "M1 name= a=versions"},
         {"GET", "/v1/a/versions/b/c", "M3 name=a/versions/b/c"},
         {"GET", "/v1/things/of/x:run", "M2 name=things/of/x"},
         {"GET", "/v1/things/a/b/of/x:run", "M2 name=things/a/b/of/x"},
         {"GET", "/v1/things/a/b/off/x:run", "M3 name=things/a/b/off/x:run"},
         {"GET", "/v2/p/q/r/x/s", "M4 a=r b=x/s"},
         {"GET", "/v2/r/x/s", "M4 a=r b=x/s"},
         {"GET", "/v2/x/s", "no path"},
         {"GET", "/v2//x/s", "no path"}});
}

// Of the lengths that "**" may have, the one that leaves more to literals further to the left.
TEST(RouterTest, TakesTheShorterOfTwoRests) {
  Check({R"(get: "/{name=**}/a/*")", R"(get: "/{name=**}/b/a/*")", R"(get: "/{name=**}/*/a/c")"},
        {{"GET", "/x/a/y", "M0 name=x"},
         {"GET", "/x/b/a/y", "M1 name=x"},
         {"GET", "/x/b/a/c", "M1 name=x"},
         {"GET", "/x/d/a/c", "M2 name=x"}});
}

// In front of many rules with "**" in their midst.
TEST(RouterTest, FindsItsWayThroughALongPath) {
  std::vector<std::string> rules;
  for (char c = 'b'; c <= 'z'; ++c) {
    rules.push_back(absl::StrCat(R"(get: "/**/a/*/)", std::string(1, c), "\""));
  }
  TestRouter test = MakeRouter(rules);
  ASSERT_TRUE(test.router.ok()) << test.router.status();
  std::string path;
  for (int i = 0; i < 30'000; ++i) path += "/a";
  EXPECT_EQ(Show((*test.router)->Find("GET", path)), "no path");
  EXPECT_EQ(Show((*test.router)->Find("GET", path + "/m")), "M11");
}

TEST(RouterTest, LiteralsWinWhateverTheOrder) {
  std::vector<Case> cases = {
      {"GET", "/v1/b/y", ""}, {"GET", "/v1/c/y", ""}, {"GET", "/v1/b/z", ""}};
  for (bool reversed : {false, true}) {
    std::vector<std::string> rules = {R"(get: "/v1/{name=**}")", R"(get: "/v1/{a}/{b}")",
                                      R"(get: "/v1/{a}/y")", R"(get: "/v1/b/{b}")"};
    if (reversed) std::reverse(rules.begin(), rules.end());
    auto name = [&](int i) { return absl::StrCat("M", reversed ? 3 - i : i); };
    TestRouter test = MakeRouter(rules);
    ASSERT_TRUE(test.router.ok()) << test.router.status();
    auto find = [&](const char* path) { return Show((*test.router)->Find("GET", path)); };
    EXPECT_EQ(find("/v1/b/y"), name(3) + " b=y");
    EXPECT_EQ(find("/v1/c/y"), name(2) + " a=c");
    EXPECT_EQ(find("/v1/c/z"), name(1) + " a=c b=z");
    EXPECT_EQ(find("/v1/c/z/w"), name(0) + " name=c/z/w");
    EXPECT_EQ(find("/v1"), name(0) + " name=");
  }
}

TEST(RouterTest, GoesBackWhenALiteralLeadsNowhere) {
  Check({R"(get: "/v1/a/b/c")", R"(get: "/v1/{a}/b/d")", R"(post: "/v1/a/b/d")",
         R"(get: "/v1/{name=**}:run")"},
        {{"GET", "/v1/a/b/c", "M0"},
         {"GET", "/v1/a/b/d", "M1 a=a"},
         {"POST", "/v1/a/b/d", "M2"},
         {"GET", "/v1/a/b/c:run", "M3 name=a/b/c"}});
}

TEST(RouterTest, SplitsTheVerbAtTheLastUndecodedColon) {
  Check({R"(get: "/v1/{name=things/**}")", R"(get: "/v1/{name=things/**}:history")",
         R"(post: "/v1/{name=things/**}:reveal")", R"(get: "/v1/{a=list}:watch")"},
        {{"GET", "/v1/things/k", "M0 name=things/k"},
         {"GET", "/v1/things/k:history", "M1 name=things/k"},
         {"GET", "/v1/things/k%3Ahistory", "M0 name=things/k:history"},
         {"GET", "/v1/things/k%3ax:history", "M1 name=things/k:x"},
         {"GET", "/v1/things/k:x:history", "M1 name=things/k:x"},
         {"GET", "/v1/things/k:h%69story", "M1 name=things/k"},
         {"GET", "/v1/things/a:b/k:history", "M1 name=things/a:b/k"},
         {"GET", "/v1/things/a:history/k", "M0 name=things/a:history/k"},
         {"GET", "/v1/things/12:30", "M0 name=things/12:30"},
         {"GET", "/v1/things/k:watch", "M0 name=things/k:watch"},
         {"GET", "/v1/things/k:reveal", "no method: POST"},
         {"GET", "/v1/things/:history", "M0 name=things/:history"},
         {"GET", "/v1/things/k:", "M0 name=things/k:"},
         {"GET", "/v1/things:history", "M1 name=things"},
         {"GET", "/v1/list:watch", "M3 a=list"},
         {"GET", "/v1/list", "no path"}});
}

TEST(RouterTest, DecodesWhatAVariableHolds) {
  Check({R"(get: "/v1/one/{a}")", R"(get: "/v1/many/{name=**}")", R"(get: "/v1/two/{name=x/*}")",
         R"(get: "/caf%C3%A9/{a}")"},
        {{"GET", "/v1/one/a%2Fb%2fc", "M0 a=a/b/c"},
         {"GET", "/v1/one/a%20b%3A%C3%A9%25", "M0 a=a b:\xC3\xA9%"},
         {"GET", "/v1/one/a+b", "M0 a=a+b"},
         {"GET", "/v1/many/a%2Fb/c%2fd", "M1 name=a%2Fb/c%2fd"},
         {"GET", "/v1/many/a%20b/%C3%A9%3A%23%3F%25", "M1 name=a b/\xC3\xA9:#?%"},
         {"GET", "/v1/many/%252F", "M1 name=%2F"},
         {"GET", "/v1/two/x/a%2Fb", "M2 name=x/a%2Fb"},
         {"GET", "/v1/%6Fne/x", "M0 a=x"},
         {"GET", "/caf%C3%A9/x", "M3 a=x"},
         {"GET", "/v1%2Fone/x", "no path"},
         {"GET", "/v1/many/../x", "M1 name=../x"}});
}

TEST(RouterTest, RefusesMalformedPaths) {
  Check({R"(get: "/v1/{name=**}")"}, {{"GET", "/v1/%", "malformed"},
                                      {"GET", "/v1/%4", "malformed"},
                                      {"GET", "/v1/%4g", "malformed"},
                                      {"GET", "/v1/%00", "malformed"},
                                      {"GET", "/v1/%FF", "malformed"},
                                      {"GET", "/v1/%C3", "malformed"},
                                      {"GET", "/v1/%C3/%A9", "malformed"},
                                      {"GET", "/v1/%ED%A0%80", "malformed"},
                                      {"GET", "/v1/%C0%AF", "malformed"},
                                      {"GET", "/v1/%F4%90%80%80", "malformed"},
                                      {"GET", "/elsewhere/%zz", "malformed"},
                                      {"GET", "/v1/\xFF", "malformed"},
                                      {"GET", "/v1/\xC3\xA9", "M0 name=\xC3\xA9"}});
  TestRouter test = MakeRouter({R"(get: "/v1/{name=**}")"});
  EXPECT_THAT((*test.router)->Find("GET", "/v1/%4g").problem, HasSubstr("\"%4g\""));
}

TEST(RouterTest, EmptySegmentsAreOfTheRestAlone) {
  Check({R"(get: "/v1/{name=things/*/of/**}")", R"(get: "/v1/{name=things/*/of/**}:run")",
         R"(get: "/v2/{a}")", R"(get: "/v2/{a}/{b}")", R"(get: "/v3/x")"},
        {{"GET", "/v1/things/t/of/a/", "M0 name=things/t/of/a/"},
         {"GET", "/v1/things/t/of/a//b", "M0 name=things/t/of/a//b"},
         {"GET", "/v1/things/t/of//a", "M0 name=things/t/of//a"},
         {"GET", "/v1/things/t/of/", "M0 name=things/t/of/"},
         {"GET", "/v1/things/t/of///", "M0 name=things/t/of///"},
         {"GET", "/v1/things/t/of/../a", "M0 name=things/t/of/../a"},
         {"GET", "/v1/things/t/of/./%2E%2E", "M0 name=things/t/of/./.."},
         {"GET", "/v1/things/t/of/a//b:run", "M1 name=things/t/of/a//b"},
         {"GET", "/v1/things//of/a", "no path"},
         {"GET", "/v1//things/t/of/a", "no path"},
         {"GET", "//v1/things/t/of/a", "no path"},
         {"GET", "/v2/", "no path"},
         {"GET", "/v2/x/", "no path"},
         {"GET", "/v2//x", "no path"},
         {"GET", "/v3/x/", "no path"},
         {"GET", "//v3/x", "no path"},
         {"GET", "//", "no path"}});
  Check({R"(get: "/{name=**}")"}, {{"GET", "/", "M0 name="}, {"GET", "//a", "M0 name=/a"}});
}

TEST(RouterTest, TellsWhichMethodsThereAre) {
  Check({R"(get: "/v1/{a}")", R"(delete: "/v1/{b}")", R"(patch: "/v1/x")",
         R"(custom { kind: "REPORT" path: "/v1/{a}" })", R"(custom { kind: "*" path: "/any/{a}" })",
         R"(post: "/any/{b}")", R"(custom { kind: "HEAD" path: "/v1/head/{a}" })",
         R"(get: "/v1/head/{b}")"},
        {{"PUT", "/v1/y", "no method: DELETE GET HEAD REPORT"},
         {"PUT", "/v1/x", "no method: DELETE GET HEAD PATCH REPORT"},
         {"GET", "/v1/x", "M0 a=x"},
         {"HEAD", "/v1/x", "M0 a=x"},
         {"REPORT", "/v1/x", "M3 a=x"},
         {"get", "/v1/x", "no method: DELETE GET HEAD PATCH REPORT"},
         {"BREW", "/any/pot", "M4 a=pot"},
         {"POST", "/any/pot", "M5 b=pot"},
         {"HEAD", "/v1/head/x", "M6 a=x"},
         {"GET", "/v1/head/x", "M7 b=x"}});
}

TEST(RouterTest, AdditionalBindingsFollowTheirRule) {
  TestRouter test = MakeRouter({R"(get: "/v1/{a}" additional_bindings {
      post: "/v2/{b}" body: "inner" response_body: "text" })"});
  ASSERT_TRUE(test.router.ok()) << test.router.status();
  const auto& routes = (*test.router)->routes();
  ASSERT_EQ(routes.size(), 2u);
  EXPECT_EQ(routes[0]->http_method, "GET");
  EXPECT_EQ(routes[0]->grpc_path, "/test.S/M0");
  EXPECT_EQ(routes[1]->path_template, "/v2/{b}");
  EXPECT_EQ(routes[1]->body, "inner");
  EXPECT_EQ(NameOf(routes[1]->body_path), "inner");
  EXPECT_EQ(NameOf(routes[1]->response_path), "text");
  EXPECT_EQ(Show((*test.router)->Find("POST", "/v2/x")), "M0 b=x");
}

TEST(RouterTest, ReadsTheResumeOption) {
  auto set = CompileDescriptors({{"test.proto", TestProto(R"(
      message Request { int64 after = 1; }
      message Reply { string id = 1; repeated string items = 2; }
      service S { rpc Watch(Request) returns (stream Reply) {
        option (google.api.http) = {get: "/watch"};
        option (triad.gateway.v1.resume) = {
          request_field: "after" response_field: "id" payload_field: "items"
        };
      } })")}});
  auto router = Router::Create(set->pool(), set->service_files());
  ASSERT_TRUE(router.ok()) << router.status();
  const Route& route = *(*router)->routes().front();
  EXPECT_EQ(route.resume_request->full_name(), "test.Request.after");
  EXPECT_EQ(route.resume_response->full_name(), "test.Reply.id");
  ASSERT_EQ(route.resume_payload.size(), 1u);
  EXPECT_EQ(route.resume_payload.front()->full_name(), "test.Reply.items");
}

TEST(RouterTest, RefusesAPayloadThatCannotBeMissed) {
  auto set = CompileDescriptors({{"test.proto", TestProto(R"(
      message Request { int64 after = 1; }
      message Reply { string id = 1; }
      service S { rpc Watch(Request) returns (stream Reply) {
        option (google.api.http) = {get: "/watch"};
        option (triad.gateway.v1.resume) = {
          request_field: "after" response_field: "id" payload_field: "id"
        };
      } })")}});
  auto router = Router::Create(set->pool(), set->service_files());
  EXPECT_THAT(std::string(router.status().message()),
              HasSubstr("resume: test.Reply has no repeated or message field \"id\""));
}

TEST(RouterTest, RefusesBadRulesNamingThem) {
  struct Bad {
    const char* rule;
    const char* problem;
  };
  const Bad cases[] = {
      {R"(get: "/v1/{a")", "test.S.M0 (GET /v1/{a): at byte 6: expected '}'"},
      {R"(get: "/v1/{nope}")", "field \"nope\": test.Request has no field \"nope\""},
      {R"(get: "/v1/{inner.nope}")", "test.Inner has no field \"nope\""},
      {R"(get: "/v1/{a.b}")", "a is not a message"},
      {R"(get: "/v1/{list}")", "cannot bind a repeated field"},
      {R"(get: "/v1/{inner.list}")", "cannot bind a repeated field"},
      {R"(get: "/v1/{map}")", "cannot bind a repeated field"},
      {R"(get: "/v1/{inner}")", "cannot bind a message"},
      {R"(get: "/v1/{struct}")", "cannot bind a message"},
      {R"(post: "/v1" body: "nope")", "body: test.Request has no field \"nope\""},
      {R"(get: "/v1" response_body: "nope")", "response_body: test.Reply has no field \"nope\""},
      {R"(body: "*")", "the rule has no get, put"},
      {R"(post: "/v1" body: "inner.nope")", "body: test.Inner has no field \"nope\""},
      {R"(post: "/v1" body: "a.b")", "body: \"a\" in \"a.b\" is not a message"},
      {R"(post: "/v1" body: "map.b")", "body: \"map\" in \"map.b\" is not a message"},
      {R"(custom { kind: "A B" path: "/v1" })", "\"A B\" is not an HTTP method"},
      {R"(custom { kind: "" path: "/v1" })", "\"\" is not an HTTP method"},
      {R"(get: "/v1" additional_bindings { get: "/v2" additional_bindings { get: "/v3" } })",
       "additional_bindings cannot hold additional_bindings"},
  };
  for (const Bad& bad : cases) {
    TestRouter test = MakeRouter({bad.rule});
    ASSERT_FALSE(test.router.ok()) << bad.rule;
    EXPECT_EQ(test.router.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(test.router.status().message()), HasSubstr(bad.problem)) << bad.rule;
    EXPECT_THAT(std::string(test.router.status().message()), HasSubstr("test.S.M0 ("));
  }
  EXPECT_TRUE(MakeRouter({R"(get: "/v1/{wrapped}/{after}")"}).router.ok());
}

TEST(RouterTest, RefusesRulesThatCannotBeToldApart) {
  std::vector<std::vector<std::string>> cases = {
      {R"(get: "/v1/{a}")", R"(get: "/v1/{b}")"},
      {R"(get: "/v1/{name=x/*}")", R"(get: "/v1/x/{a}")"},
      {R"(get: "/v1/**")", R"(get: "/v1/{name=**}")"},
      {R"(get: "/v1/**/x")", R"(get: "/v1/{name=**}/x")"},
      {R"(get: "/v1/x:do")", R"(get: "/v1/%78:do")"},
  };
  for (const auto& rules : cases) {
    TestRouter test = MakeRouter(rules);
    ASSERT_FALSE(test.router.ok()) << rules[0];
    EXPECT_THAT(std::string(test.router.status().message()), HasSubstr("test.S.M0 (GET "));
    EXPECT_THAT(std::string(test.router.status().message()), HasSubstr("test.S.M1 (GET "));
  }
  EXPECT_TRUE(MakeRouter({R"(get: "/v1/{a}")", R"(post: "/v1/{b}")", R"(get: "/v1/{a}:do")",
                          R"(get: "/v1/**")", R"(get: "/v1/**/x")"})
                  .router.ok());
}

TEST(RouterTest, AnUnknownFileIsAnError) {
  auto set = CompileDescriptors({{"test.proto", TestProto("")}});
  auto router = Router::Create(set->pool(), {"nope.proto"});
  ASSERT_FALSE(router.ok());
  EXPECT_THAT(std::string(router.status().message()), HasSubstr("nope.proto"));
}

// Whatever arrives, a search answers, and a path it finds binds valid UTF-8.
TEST(RouterTest, SurvivesAnyPath) {
  TestRouter test = MakeRouter({R"(get: "/a/{name=**}")", R"(get: "/a/{a}/{b}:do")",
                                R"(get: "/{a}/a/{name=a/*}")", R"(get: "/a/a/a")",
                                R"(get: "/a/{name=**}/do/{a}")"});
  ASSERT_TRUE(test.router.ok()) << test.router.status();
  const absl::string_view pieces[] = {"/",      "a",  ":",   "%2F",  "%",
                                      "%C3%A9", "do", "%41", "\xFF", "//"};
  std::uint32_t state = 1;
  for (int i = 0; i < 20000; ++i) {
    std::string path = "/a";
    for (int length = 0; length < 8; ++length) {
      state = state * 1664525 + 1013904223;
      absl::StrAppend(&path, pieces[(state >> 16) % 10]);
    }
    Match match = (*test.router)->Find("GET", path);
    if (match.result == Match::Result::kFound) {
      for (const auto& binding : match.bindings)
        EXPECT_EQ(binding.second.find('\0'), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace triad::gateway

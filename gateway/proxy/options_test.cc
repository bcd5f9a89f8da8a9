// OPTIONS, and pages of other origins, through a real gateway.
#include "absl/strings/str_cat.h"
#include "gateway/proxy/testing/frame_client.h"
#include "gateway/proxy/testing/lab_test.h"

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using triad::testing::HttpResponse;

constexpr char kApp[] = "Origin: https://app.example";
constexpr char kEvil[] = "Origin: https://evil.example";

class OptionsTest : public LabTest {
 protected:
  static GatewayOptions Options() {
    GatewayOptions options;
    options.cors_origins = {"https://app.example"};
    options.cors_max_age = absl::Seconds(90);
    options.forward_headers = {"x-lab-*"};
    return options;
  }
  OptionsTest() : LabTest(Options()) {}

  HttpResponse Preflight(const std::string& path, const std::string& origin,
                         const std::string& method) const {
    return Send("OPTIONS", path, "",
                {origin, "Access-Control-Request-Method: " + method,
                 "Access-Control-Request-Headers: Authorization, x-lab-a, x-evil, content-type"});
  }
};

TEST_F(OptionsTest, PreflightsAreAnsweredForAllowedOrigins) {
  HttpResponse reply = Preflight("/echo", kApp, "POST");
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.headers["access-control-allow-origin"], "https://app.example");
  EXPECT_EQ(reply.headers["access-control-allow-methods"], "POST");
  EXPECT_EQ(reply.headers["access-control-allow-headers"], "authorization, x-lab-a, content-type");
  EXPECT_EQ(reply.headers["access-control-max-age"], "90");
  EXPECT_EQ(reply.headers.count("access-control-allow-credentials"), 0u);
  EXPECT_EQ(Preflight("/echo/x", kApp, "GET").headers["access-control-allow-methods"], "GET, HEAD");
  EXPECT_EQ(Preflight("/api/health", kApp, "GET").status, 204);
  // A rule of the service's own takes no preflight.
  EXPECT_EQ(Preflight("/optional", kApp, "GET").headers["access-control-allow-origin"],
            "https://app.example");
}

TEST_F(OptionsTest, OtherOriginsAreToldNothing) {
  HttpResponse reply = Preflight("/echo", kEvil, "POST");
  EXPECT_EQ(reply.headers.count("access-control-allow-origin"), 0u);
  EXPECT_EQ(reply.headers.count("access-control-allow-methods"), 0u);
  EXPECT_EQ(reply.headers["vary"], "Origin");
}

TEST_F(OptionsTest, EveryAnswerSaysThatItsPageMayReadIt) {
  for (const char* path : {"/echo/x", "/nothing", "/api/health", "/watch?count=1", "/objects/a"}) {
    HttpResponse reply = Get(path, {kApp});
    EXPECT_EQ(reply.headers["access-control-allow-origin"], "https://app.example") << path;
    EXPECT_EQ(reply.headers["access-control-expose-headers"], "*") << path;
    EXPECT_THAT(reply.headers["vary"], HasSubstr("Origin")) << path;
    EXPECT_EQ(Get(path, {kEvil}).headers.count("access-control-allow-origin"), 0u) << path;
  }
  EXPECT_EQ(Send("POST", "/echo", "{}", {kApp, "Content-Type: application/json"}).status, 200);
  EXPECT_EQ(Send("POST", "/echo", "{}", {kEvil, "Content-Type: application/json"}).status, 403);
  FrameClient client(gateway_.address(), "/chat", absl::StrCat(kApp, "\r\n"));
  EXPECT_THAT(client.head(), StartsWith("HTTP/1.1 101"));
}

TEST_F(OptionsTest, OtherOptionsSayWhatIsAllowed) {
  HttpResponse reply = Send("OPTIONS", "/echo/x");
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.headers["allow"], "GET, HEAD, OPTIONS");
  EXPECT_EQ(Send("OPTIONS", "/api/health").headers["allow"], "GET, HEAD, OPTIONS");
  EXPECT_EQ(Send("OPTIONS", "/nothing").status, 404);
}

TEST_F(OptionsTest, CustomRulesHaveTheirOwnMethod) {
  HttpResponse reply = Send("OPTIONS", "/optional?text=asked");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.json().at("text"), "asked");
  EXPECT_EQ(Send("PROPFIND", "/optional?text=found").json().at("text"), "found");
  EXPECT_EQ(Send("MKCOL", "/anything?text=any").json().at("text"), "any");
  std::string head = Raw("HEAD /optional HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(head, Not(HasSubstr("{")));
  EXPECT_EQ(Get("/optional").status, 405);
}

}  // namespace
}  // namespace triad::gateway

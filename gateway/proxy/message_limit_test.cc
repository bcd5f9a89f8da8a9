// One limit for the messages of both directions, through a real gateway.
#include "absl/strings/str_cat.h"
#include "gateway/proxy/testing/lab_test.h"

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;

class MessageLimitTest : public LabTest {
 protected:
  static GatewayOptions Options() {
    GatewayOptions options;
    options.max_message_bytes = 1000;
    return options;
  }
  MessageLimitTest() : LabTest(Options()) {}

  triad::testing::HttpResponse Echo(std::size_t bytes) const {
    return Send("POST", "/echo", absl::StrCat(R"({"text":")", std::string(bytes, 'x'), R"("})"),
                {"Content-Type: application/json"});
  }
};

TEST_F(MessageLimitTest, ARequestOverItIsNotSent) {
  EXPECT_EQ(Echo(900).status, 200);
  auto reply = Echo(1000);
  EXPECT_EQ(reply.status, 413);
  EXPECT_EQ(reply.json().at("message"),
            "the request is a message of 1003 bytes; the limit is 1000 (--max_message_bytes)");
}

TEST_F(MessageLimitTest, AnAnswerOverItIsNotTaken) {
  auto reply = Get("/headers", {"X-Meta-Long: " + std::string(1000, 'x')});
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.json().at("code"), 8);
  EXPECT_THAT(std::string(reply.json().at("message")), HasSubstr("the limit is 1000"));
}

}  // namespace
}  // namespace triad::gateway

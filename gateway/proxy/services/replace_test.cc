// Other descriptors of the same services, while requests run.
#include <google/api/annotations.pb.h>
#include <google/protobuf/descriptor.pb.h>

#include <nlohmann/json.hpp>
#include <string>

#include "gateway/proxy/testing/lab_test.h"

namespace triad::gateway {
namespace {

using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodDescriptorProto;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

MethodDescriptorProto& MethodOf(FileDescriptorSet& set, const std::string& name) {
  for (auto& file : *set.mutable_file()) {
    for (auto& service : *file.mutable_service()) {
      for (auto& method : *service.mutable_method()) {
        if (method.name() == name) return method;
      }
    }
  }
  std::abort();
}

// Those of the lab, with Echo at `path`.
ServiceSource WithEchoAt(const std::string& path) {
  return {LabDescriptors([path](FileDescriptorSet& set) {
    auto& rule = *MethodOf(set, "Echo").mutable_options()->MutableExtension(google::api::http);
    rule.Clear();
    rule.set_get(path);
    return absl::OkStatus();
  })};
}

class ReplaceTest : public LabTest {
 protected:
  // Each loop has them when its queue has come to them.
  void ExpectSoon(const std::string& path, int status) {
    EXPECT_TRUE(Eventually([&] {
      // As many connections as there are loops, and more.
      for (int i = 0; i < 8; ++i) {
        if (Get(path).status != status) return false;
      }
      return true;
    })) << path;
  }
};

TEST_F(ReplaceTest, NewRequestsAreRoutedAnew) {
  EXPECT_EQ(Get("/echo/a").status, 200);
  ASSERT_TRUE(gateway_.gateway().Replace(WithEchoAt("/other/{text}")).ok());
  ExpectSoon("/echo/a", 404);
  EXPECT_EQ(Get("/other/a").json().at("text"), "a");
  EXPECT_THAT(Get("/openapi.json").body, HasSubstr("/other/{text}"));
  EXPECT_THAT(gateway_.Scrape(), HasSubstr("route=\"/other/{text}\""));
}

TEST_F(ReplaceTest, WhatRunsRunsOn) {
  triad::testing::RawConnection watch(gateway_.address());
  watch.Write("GET /watch?count=1&code=-1 HTTP/1.1\r\nhost: localhost\r\n\r\n");
  EXPECT_THAT(watch.ReadUntil("line\\nbreak"), HasSubstr("200 OK"));
  triad::testing::RawConnection idle(gateway_.address());
  idle.Write("GET /echo/a HTTP/1.1\r\nhost: localhost\r\n\r\n");
  EXPECT_THAT(idle.ReadUntil("}"), HasSubstr("200 OK"));

  ASSERT_TRUE(gateway_.gateway().Replace(WithEchoAt("/other/{text}")).ok());
  ExpectSoon("/other/a", 200);
  EXPECT_EQ(counts_.cancelled, 0);
  idle.Write("GET /other/b HTTP/1.1\r\nhost: localhost\r\n\r\n");
  EXPECT_THAT(idle.ReadUntil("}"), HasSubstr("200 OK")) << "on the connection of before";
  EXPECT_EQ(counts_.waiting, 1) << "the stream runs";
  watch.Close();
  EXPECT_TRUE(Eventually([&] { return counts_.cancelled == 1; }));
}

TEST_F(ReplaceTest, BadOnesChangeNothing) {
  absl::Status refused = gateway_.gateway().Replace(WithEchoAt("/other/{nothing}"));
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("nothing"));
  EXPECT_EQ(Get("/echo/a").status, 200);
  EXPECT_TRUE(gateway_.gateway().CheckKnown().ok());
}

TEST_F(ReplaceTest, APathThatMayBeOfAServiceThatIsUnknownIsNoLie) {
  ServiceSource nothing = {*DescriptorSet::FromFiles({}, "nothing"), {"lab.v1.Lab"}};
  ASSERT_TRUE(gateway_.gateway().Replace(std::move(nothing)).ok());
  ExpectSoon("/echo/a", 503);
  auto reply = Get("/echo/a");
  EXPECT_THAT(reply.body, HasSubstr("lab.v1.Lab"));
  EXPECT_EQ(reply.headers["retry-after"], "1");
  EXPECT_THAT(std::string(gateway_.gateway().CheckKnown().message()), HasSubstr("lab.v1.Lab"));
  EXPECT_EQ(Get("/api/health").status, 200) << "its own paths are there";
  ASSERT_TRUE(gateway_.gateway().Replace({LabDescriptors()}).ok());
  ExpectSoon("/echo/a", 200);
}

}  // namespace
}  // namespace triad::gateway

// Servers that describe themselves: one of gRPC's own library, and some that do not behave.
#include "gateway/learning/reflector.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <gtest/gtest.h>

#include <atomic>

#include "absl/strings/str_cat.h"
#include "gateway/learning/reflection.pb.h"
#include "gateway/protos/descriptor_set.h"
#include "gateway/proxy/testing/lab_service.h"
#include "runtime/base/testing/eventually.h"
#include "runtime/grpc_client/testing/scripted_server.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::gateway {
namespace {

using grpc_client::Framed;
using grpc_client::ScriptedReply;
using grpc_client::ScriptedRequest;
using grpc_client::ScriptedServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kLab[] = "lab.v1.Lab";

class ReflectorTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { grpc::reflection::InitProtoReflectionServerBuilderPlugin(); }

  void Start(const std::string& target, const std::vector<std::string>& services) {
    ReflectorOptions options;
    options.retry_interval = absl::Milliseconds(20);
    for (const std::string& service : services) options.targets[service] = target;
    learned_.emplace(services);
    reflector_.emplace(options, *learned_, metrics_, [this] { ++changes_; });
  }

  // Until the metrics have `sample` with at least `count`.
  bool Counts(const std::string& result, int count) {
    return Eventually([&] {
      std::string text = metrics_.Scrape();
      auto at = text.find(absl::StrCat("result=\"", result, "\""));
      at = text.find("} ", at);
      return at != std::string::npos && std::stoi(text.substr(at + 2)) >= count;
    });
  }
  bool KnowsAll() const {
    return Eventually([&] { return learned_->Unknown().empty(); });
  }

  Metrics metrics_{"reflector"};
  std::atomic<int> changes_{0};
  std::optional<Learned> learned_;
  std::optional<Reflector> reflector_;
};

TEST_F(ReflectorTest, LearnsWhatAServerIs) {
  LabCounts counts;
  LabServer server(counts);
  Start(absl::StrCat("127.0.0.1:", server.port()), {kLab});
  ASSERT_TRUE(KnowsAll());
  auto set = DescriptorSet::FromFiles(learned_->Files(), "reflection");
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_NE((*set)->pool().FindMessageTypeByName("google.protobuf.FieldMask"), nullptr)
      << "what it imports is there, too";
  const auto* echo = (*set)->pool().FindMethodByName("lab.v1.Lab.Echo");
  ASSERT_NE(echo, nullptr);
  EXPECT_THAT(echo->options().ShortDebugString(), HasSubstr("/echo/{text}"));
}

TEST_F(ReflectorTest, AsksAgainWhenAConnectionIsNew) {
  LabCounts counts;
  LabServer server(counts);
  Start(absl::StrCat("127.0.0.1:", server.port()), {kLab});
  ASSERT_TRUE(KnowsAll());
  ASSERT_TRUE(Counts("ok", 1));
  server.Stop();
  server.Start();
  EXPECT_TRUE(Counts("ok", 2));
  EXPECT_EQ(changes_, 1) << "it is what it was";
}

TEST_F(ReflectorTest, TheServerMayComeLater) {
  LabCounts counts;
  LabServer server(counts);
  server.Stop();
  Start(absl::StrCat("127.0.0.1:", server.port()), {kLab});
  EXPECT_TRUE(Counts("error", 1));
  EXPECT_THAT(learned_->Unknown(), ElementsAre(kLab));
  server.Start();
  EXPECT_TRUE(KnowsAll());
}

TEST_F(ReflectorTest, AServiceThatIsNotThereStaysUnknown) {
  LabCounts counts;
  LabServer server(counts);
  Start(absl::StrCat("127.0.0.1:", server.port()), {kLab, "lab.v1.Other"});
  EXPECT_TRUE(Counts("ok", 2)) << "it is asked about again";
  EXPECT_THAT(learned_->Unknown(), ElementsAre("lab.v1.Other"));
}

// Questions come one by one, so none of them ends the request.
ScriptedServer::Options AtHead() {
  ScriptedServer::Options options;
  options.at_head = true;
  return options;
}

std::string Answering(const std::function<void(reflection::Answer&)>& fill) {
  reflection::Answer answer;
  fill(answer);
  return Framed(answer.SerializeAsString());
}

// Each is an error that is asked about again, and nothing is learned of it.
TEST_F(ReflectorTest, WhatIsNoDescriptionIsAnError) {
  google::protobuf::FileDescriptorProto other;
  other.set_name("other.proto");
  other.add_dependency("missing.proto");
  const std::string cases[] = {
      Framed("\xff\xff"),
      Answering([](auto&) {}),
      Answering([](auto& answer) { answer.mutable_files()->add_file("\xff\xff"); }),
      // The file it imports is not known either, which is how the second answer is read.
      Answering([&](auto& answer) { answer.mutable_files()->add_file(other.SerializeAsString()); }),
      "",
  };
  for (const std::string& data : cases) {
    ScriptedServer server(
        [&](const ScriptedRequest&) {
          ScriptedReply reply;
          reply.data = data;
          return reply;
        },
        AtHead());
    Start(server.target(), {kLab});
    EXPECT_TRUE(Eventually([&] { return server.requests() >= 2; }));
    EXPECT_THAT(learned_->Unknown(), ElementsAre(kLab));
    EXPECT_THAT(learned_->Files().file(), IsEmpty());
    reflector_.reset();
  }
}

TEST_F(ReflectorTest, AServerWithoutReflectionIsAskedInBothVersions) {
  std::atomic<int> old{0};
  ScriptedServer server(
      [&](const ScriptedRequest& request) {
        old += request.headers.at(":path").find("v1alpha") != std::string::npos;
        ScriptedReply reply;
        reply.trailers = {{"grpc-status", "12"}};
        return reply;
      },
      AtHead());
  Start(server.target(), {kLab});
  EXPECT_TRUE(Counts("error", 2));
  EXPECT_GE(old, 2);
}

}  // namespace
}  // namespace triad::gateway

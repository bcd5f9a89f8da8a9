// Requests that break rules of their protos, and what their clients read about it.
#include "gateway/transcoding/request_check.h"

#include <buf/validate/validate.pb.h>
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "gateway/protos/testing/test_descriptors.h"
#include "gateway/transcoding/request_builder.h"

namespace triad::gateway {
namespace {

constexpr char kProto[] = R"(
    import "buf/validate/validate.proto";
    message Entry { string display_name = 1 [(buf.validate.field).string.min_len = 2];
      repeated Entry sub_entries = 2; }
    message M { string entry_id = 1 [(buf.validate.field).string.min_len = 2]; Entry new_entry = 2;
      int32 page_size = 3 [(buf.validate.field).int32.lte = 10];
      google.api.HttpBody content = 4 [(buf.validate.field).required = true]; }
    message Odd { int32 number = 1 [(buf.validate.field).cel = { id: "odd" }]; }
    service S {
      rpc Get(M) returns (M) { option (google.api.http) = {get: "/get/{entry_id}"}; }
      rpc Whole(M) returns (M) { option (google.api.http) = {post: "/whole" body: "*"}; }
      rpc Part(M) returns (M) { option (google.api.http) = {post: "/part" body: "new_entry"}; }
      rpc Raw(M) returns (M) { option (google.api.http) = {post: "/raw/{entry_id}" body: "content"}; }
    }
    service Strange {
      rpc Get(Odd) returns (M) { option (google.api.http) = {get: "/odd"}; }
    })";

class RequestCheckTest : public ::testing::Test {
 protected:
  RequestCheckTest() { google::protobuf::LinkExtensionReflection(buf::validate::field); }

  absl::StatusOr<std::unique_ptr<Router>> RouterWith(const RequestChecks& checks) {
    return Router::Create(set().pool(), set().service_files(), checks);
  }
  const DescriptorSet& set() {
    if (set_ == nullptr) set_ = CompileDescriptors({{"test.proto", TestProto(kProto)}});
    return *set_;
  }

  // What is said about a request of the RPC, of those that need no content.
  std::string Said(const std::string& rpc, const std::vector<Binding>& path,
                   const std::string& query, const std::string& json = "") {
    if (router_ == nullptr) router_ = *RouterWith({.mode = validation::Mode::kStandard});
    for (const auto& route : router_->routes()) {
      if (route->method->name() != rpc) continue;
      absl::StatusOr<std::string> fields = BindFields(*route, path, query);
      if (!fields.ok()) return std::string(fields.status().message());
      if (route->body.empty()) return std::string(CheckRequest(*route, *fields).message());
      if (TakesRawBody(*route)) {
        std::string message = RawBodyMessage(*route, *fields, "text/plain", "text");
        return std::string(CheckRequest(*route, message).message());
      }
      std::unique_ptr<Codec> codec = MakeCodec(set().pool(), {});
      auto built = BuildRequest(*route, *codec, json, *fields, UncountedMemory());
      return std::string(built.status().message());
    }
    return "no such RPC";
  }

  std::unique_ptr<DescriptorSet> set_;
  std::unique_ptr<Router> router_;
};

constexpr char kNoContent[] = "content: is required";
constexpr char kTooShort[] = ": must have at least 2 characters";

TEST_F(RequestCheckTest, PathAndQueryHaveRules) {
  EXPECT_EQ(Said("Get", {{"entry_id", "a"}}, "pageSize=11"),
            absl::StrCat("entry_id", kTooShort, "; page_size: must be at most 10; ", kNoContent));
}

TEST_F(RequestCheckTest, FieldsOfABodyHaveTheNamesThatItGivesThem) {
  EXPECT_EQ(Said("Whole", {}, "", R"({"entryId":"a","content":{}})"),
            absl::StrCat("entryId", kTooShort));
  EXPECT_EQ(Said("Whole", {}, "", R"({"entry_id":"a","content":{}})"),
            absl::StrCat("entry_id", kTooShort));
  EXPECT_EQ(Said("Whole", {}, "", R"({"content":{}})"), absl::StrCat("entryId", kTooShort));
  EXPECT_EQ(Said("Whole", {}, "",
                 R"({"entryId":"ab","content":{},"newEntry":{"display_name":"ab",
                     "subEntries":[{"display_name":"a"}]}})"),
            absl::StrCat("newEntry.subEntries[0].display_name", kTooShort));
}

TEST_F(RequestCheckTest, OutsideOfTheBodyTheNamesAreThoseOfTheProto) {
  EXPECT_EQ(
      Said("Part", {}, "entryId=a", R"({"displayName":"a"})"),
      absl::StrCat("entry_id", kTooShort, "; new_entry.displayName", kTooShort, "; ", kNoContent));
}

TEST_F(RequestCheckTest, WhatStandsBesideABodyOfBytesHasRules) {
  EXPECT_EQ(Said("Raw", {{"entry_id", "a"}}, ""), absl::StrCat("entry_id", kTooShort));
}

TEST_F(RequestCheckTest, AnEmptyBodyIsARequestToo) {
  EXPECT_EQ(Said("Whole", {}, "", ""), absl::StrCat("entry_id", kTooShort, "; ", kNoContent));
}

TEST_F(RequestCheckTest, RulesAreLeftToServicesThatCheckThem) {
  auto router = RouterWith({.mode = validation::Mode::kStandard, .left_to = {"test.S"}});
  for (const auto& route : (*router)->routes()) EXPECT_EQ(route->rules, nullptr);
  EXPECT_THAT((*router)->rules_left_out(),
              ::testing::ElementsAre("test.Odd.number: CEL rule 'odd'"));
}

TEST_F(RequestCheckTest, StrictRefusesRulesThatAreNotStandard) {
  EXPECT_EQ(
      RouterWith({.mode = validation::Mode::kStrict}).status(),
      absl::InvalidArgumentError("rules that are not standard: test.Odd.number: CEL rule 'odd'"));
  EXPECT_TRUE(RouterWith({.mode = validation::Mode::kStrict, .left_to = {"test.Strange"}}).ok());
  EXPECT_TRUE(RouterWith({.mode = validation::Mode::kOff}).ok());
}

}  // namespace
}  // namespace triad::gateway

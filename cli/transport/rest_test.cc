// How calls become HTTP, and errors of it statuses.
#include "cli/transport/rest.h"

#include <gmock/gmock.h>
#include <google/protobuf/message.h>
#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

#include "absl/strings/cord.h"
#include "cli/transport/client.h"
#include "triad/audit/v1/audit.pb.h"
#include "triad/config/v1/config.pb.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::cli {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using ::testing::HasSubstr;
namespace v1 = config::v1;

const MethodDescriptor& Method(const std::string& name) {
  return FindMethod("triad.config.v1.ConfigService." + name);
}

TEST(RestTest, PutsFieldsIntoPathQueryAndBody) {
  v1::UpdateEntryRequest request;
  request.mutable_entry()->set_name("namespaces/shop/entries/a b/c:d");
  request.mutable_entry()->mutable_value()->set_int_value(0);
  request.mutable_update_mask()->add_paths("value");
  request.mutable_update_mask()->add_paths("expire_time");
  request.set_allow_missing(true);
  RestRequest rest = *ToRest(Method("UpdateEntry"), request);
  EXPECT_EQ(rest.verb, "PATCH");
  EXPECT_EQ(rest.target,
            "/api/v1/namespaces/shop/entries/a%20b/c%3Ad"
            "?allow_missing=true&update_mask=value%2CexpireTime");
  EXPECT_EQ(rest.body, R"({"value":{"int_value":"0"}})");
}

TEST(RestTest, WritesVerbsNestedFieldsAndRepeatedOnes) {
  v1::WatchEntriesRequest watch;
  watch.set_parent("namespaces/-");
  watch.add_prefixes("a/");
  watch.add_prefixes("b&c");
  EXPECT_EQ(ToRest(Method("WatchEntries"), watch)->target,
            "/api/v1/namespaces/-/entries:watch?prefixes=a%2F&prefixes=b%26c");
  audit::v1::ListAuditLinesRequest audit;
  audit.mutable_filter()->set_method("GetEntry");
  audit.mutable_filter()->mutable_start_time()->set_seconds(1);
  EXPECT_EQ(ToRest(Method("ListAuditLines"), audit)->target,
            "/api/v1/audit?filter.method=GetEntry&filter.start_time=1970-01-01T00%3A00%3A01Z");
}

TEST(RestTest, WritesKeysOfAMapInBrackets) {
  transform::v1::TransformStreamRequest run;
  run.set_name("recipes/find");
  run.set_version(3);
  (*run.mutable_arguments())["word"] = "a&b";
  (*run.mutable_arguments())["m]"] = "";
  RestRequest rest = *ToRest(FindMethod("triad.transform.v1.TransformService.RunRecipe"), run);
  EXPECT_EQ(rest.target,
            "/api/v1/recipes/find:run?arguments%5Bm%5D%5D=&arguments%5Bword%5D=a%26b&version=3");
}

TEST(RestTest, GivesAWholeBodyWhereTheRuleSaysSo) {
  v1::RollbackNamespaceRequest request;
  request.set_name("namespaces/shop");
  request.set_revision(7);
  RestRequest rest = *ToRest(Method("RollbackNamespace"), request);
  EXPECT_EQ(rest.target, "/api/v1/namespaces/shop:rollback");
  EXPECT_EQ(rest.body, R"({"revision":"7"})");
}

TEST(RestTest, EveryMethodOfTheServiceHasAnAddress) {
  const auto* service = Method("GetEntry").service();
  for (int i = 0; i < service->method_count(); ++i) {
    const MethodDescriptor& method = *service->method(i);
    std::unique_ptr<Message> request(google::protobuf::MessageFactory::generated_factory()
                                         ->GetPrototype(method.input_type())
                                         ->New());
    EXPECT_TRUE(ToRest(method, *request).ok()) << method.full_name();
  }
}

TEST(FromErrorBodyTest, KeepsCodeMessageAndDetails) {
  absl::Status status = FromErrorBody(
      "http://h", 400,
      R"({"code":3,"message":"a: bad","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest",)"
      R"("fieldViolations":[{"field":"a","description":"bad"}]}]})");
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(status.message(), "a: bad");
  google::rpc::BadRequest bad;
  ASSERT_TRUE(bad.ParseFromString(
      std::string(*status.GetPayload("type.googleapis.com/google.rpc.BadRequest"))));
  EXPECT_EQ(bad.field_violations(0).field(), "a");
}

TEST(FromErrorBodyTest, TakesWhatAnotherProxySaysByItsStatus) {
  absl::Status status = FromErrorBody("http://h", 502, "<html>");
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("http://h: HTTP status 502"));
}

}  // namespace
}  // namespace triad::cli

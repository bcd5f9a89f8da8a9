// Holds the contracts of all services, as the gateway embeds them, to their rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/protos/descriptor_set.h"
#include "gateway/protos/testing/test_descriptors.h"
#include "gateway/routing/router.h"
#include "tests/contract/api_rules.h"

namespace triad::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ApiTest, EveryRpcHasARuleAndEverythingAComment) {
  auto set = gateway::DescriptorSet::FromFile(TRIAD_DESCRIPTOR_SET);
  ASSERT_TRUE(set.ok()) << set.status();
  ASSERT_GE((*set)->service_files().size(), 3u);
  std::vector<std::string> files = (*set)->service_files();
  files.push_back("triad/audit/v1/audit.proto");
  files.push_back("triad/gateway/v1/annotations.proto");
  EXPECT_THAT(ApiProblems((*set)->pool(), files, "triad"), IsEmpty());
}

TEST(ApiTest, NoTwoRulesMatchTheSameRequests) {
  auto set = gateway::DescriptorSet::FromFile(TRIAD_DESCRIPTOR_SET);
  ASSERT_TRUE(set.ok()) << set.status();
  auto router = gateway::Router::Create((*set)->pool(), (*set)->service_files());
  EXPECT_TRUE(router.ok()) << router.status();
}

TEST(ApiTest, ProblemsAreNoticed) {
  auto set = gateway::CompileDescriptors({{"test.proto", gateway::TestProto(R"(
      service S {
        // Has a comment and a rule.
        rpc Good(M) returns (M) { option (google.api.http) = {get: "/m"}; }
        rpc Bad(M) returns (M);
      }
      // A message.
      message M {
        string behind = 1;  // Counts too.
        string bare = 2;
        // A choice.
        oneof kind { string one = 3; }
        optional string maybe = 4;
        // Pairs.
        map<string, string> pairs = 5;
        enum E { ZERO = 0; }
      })")}});
  EXPECT_THAT(ApiProblems(set->pool(), set->service_files(), "test"),
              ElementsAre("test.S has no comment", "test.S.Bad has no comment",
                          "test.S.Bad has no HTTP rule", "test.M.bare has no comment",
                          "test.M.one has no comment", "test.M.maybe has no comment",
                          "test.M.E has no comment", "test.M.ZERO has no comment"));
  EXPECT_THAT(ApiProblems(set->pool(), set->service_files(), "tes"), IsEmpty());
}

}  // namespace
}  // namespace triad::contract

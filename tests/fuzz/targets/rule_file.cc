// Rules of methods in YAML, given to the methods of two services: what is taken makes routes, or
// is refused with the reason.
#include "gateway/protos/rule_file.h"

#include <string>
#include <vector>

#include "gateway/protos/descriptor_set.h"
#include "gateway/protos/testing/test_descriptors.h"
#include "gateway/routing/router.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using google::protobuf::FileDescriptorSet;

std::string Services() {
  return gateway::CompileDescriptorSet({{"test.proto", gateway::TestProto(R"(
      message Inner { string a = 1; int32 b = 2; }
      message Note { string name = 1; Inner inner = 2; repeated string tags = 3; }
      service S {
        rpc Get(Note) returns (Note);
        rpc Put(Note) returns (Note) { option (google.api.http) = {put: "/v1/{name=notes/*}" body: "inner"}; }
        rpc Watch(Note) returns (stream Note);
      })")}});
}

const Registration kTarget("rule_file", [](absl::string_view text) {
  static const std::string& services = *new std::string(Services());
  absl::StatusOr<gateway::RuleFile> rules = gateway::RuleFile::Parse(text);
  if (!rules.ok()) {
    return Require(absl::IsInvalidArgument(rules.status()), "it is the writer's", text);
  }
  auto set = gateway::DescriptorSet::FromBytes(services, "test", [&](FileDescriptorSet& edited) {
    absl::Status status = rules->ApplyTo(edited);
    gateway::AnnotateMethods({"test.S"}, edited);
    return status;
  });
  if (!set.ok()) {
    Require(absl::IsInvalidArgument(set.status()), "a selector is the writer's", text);
    return Require(!set.status().message().empty(), "what is wrong is said", text);
  }
  auto router = gateway::Router::Create((*set)->pool(), (*set)->service_files());
  if (!router.ok()) {
    return Require(absl::IsInvalidArgument(router.status()), "a rule is the writer's", text);
  }
  Require((*router)->routes().size() >= 3, "each method has a route", text);
});

}  // namespace
}  // namespace triad::fuzz

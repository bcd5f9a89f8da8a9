// Descriptor sets, which come from files of others and from the servers themselves: what the
// gateway makes of one, or refuses with the reason. The first byte says whether methods without
// rules are served, and whether rules of requests are held.
#include "gateway/protos/descriptor_set.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <string>
#include <vector>

#include "gateway/openapi/openapi.h"
#include "gateway/protos/rule_file.h"
#include "gateway/routing/router.h"
#include "gateway/transcoding/codec.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using gateway::DescriptorSet;
using google::protobuf::FileDescriptorSet;

std::vector<std::string> ServicesIn(const FileDescriptorSet& set) {
  std::vector<std::string> services;
  for (const auto& file : set.file()) {
    std::string package = file.package().empty() ? "" : file.package() + ".";
    for (const auto& service : file.service()) services.push_back(package + service.name());
  }
  return services;
}

// Both ways by the tables of a route's types.
void Convert(const gateway::Codec& codec, const gateway::Route& route) {
  absl::StatusOr<std::string> wire = codec.JsonToWire(*route.method->input_type(), "{}");
  if (wire.ok()) RequireEqual(*wire, "", "an empty object is an empty message");
  absl::StatusOr<std::string> json = codec.WireToJson(*route.method->output_type(), "", {});
  if (json.ok()) Require(!json->empty(), "a message is some value");
}

const Registration kTarget("descriptor_set", [](absl::string_view bytes) {
  Input input(bytes);
  std::uint8_t flags = input.TakeByte();
  auto set = DescriptorSet::FromBytes(input.rest(), "the set", [&](FileDescriptorSet& edited) {
    if ((flags & 1) != 0) gateway::AnnotateMethods(ServicesIn(edited), edited);
    return absl::OkStatus();
  });
  if (!set.ok()) {
    Require(absl::IsInvalidArgument(set.status()), "it is the sender's", bytes);
    return Require(!set.status().message().empty(), "what is wrong is said", bytes);
  }
  gateway::RequestChecks checks;
  if ((flags & 2) != 0) checks.mode = validation::Mode::kStandard;
  const auto& pool = (*set)->pool();
  auto router = gateway::Router::Create(pool, (*set)->service_files(), checks);
  if (!router.ok()) {
    return Require(absl::IsInvalidArgument(router.status()), "a rule is the sender's", bytes);
  }
  auto document = gateway::OpenApiDocument(pool, (*set)->service_files(), {});
  Require(document.ok(), "what has routes has a document", document.status().message());
  std::unique_ptr<gateway::Codec> codec = gateway::MakeCodec(pool, {});
  for (const auto& route : (*router)->routes()) Convert(*codec, *route);
});

}  // namespace
}  // namespace triad::fuzz

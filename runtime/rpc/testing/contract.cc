#include "runtime/rpc/testing/contract.h"

#include <google/api/annotations.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/rpc/testing/raw_call.h"

namespace triad::rpc::testing {
namespace {

using google::protobuf::MethodDescriptor;

constexpr char kToken[] = "contract-test-token";

grpc::Status Call(const TestServer& server, const MethodDescriptor& method, bool with_token) {
  grpc::ClientContext context;
  if (with_token) context.AddMetadata("authorization", absl::StrCat("Bearer ", kToken));
  std::string path = absl::StrCat("/", method.service()->full_name(), "/", method.name());
  return RawCall(server.channel(), context, path, {""}).status;
}

// Empty if the call was refused with `code` by the admission, whose words begin
// with `words`.
std::string ExpectRefusal(const grpc::Status& status, grpc::StatusCode code,
                          absl::string_view words) {
  if (status.error_code() == code && absl::StartsWith(status.error_message(), words)) return "";
  return absl::StrCat("expected code ", code, ", got ", status.error_code(), " '",
                      status.error_message(), "'");
}

void CheckMethod(TestServer& server, const MethodDescriptor& method,
                 std::vector<std::string>& problems) {
  const auto& options = method.options();
  auto add = [&](absl::string_view what, const std::string& problem) {
    if (!problem.empty()) {
      problems.push_back(absl::StrCat(method.full_name(), ": ", what, problem));
    }
  };
  if (!options.HasExtension(google::api::http)) add("", "has no google.api.http rule");
  if (options.idempotency_level() != google::protobuf::MethodOptions::NO_SIDE_EFFECTS) {
    add("without token: ", ExpectRefusal(Call(server, method, false),
                                         grpc::StatusCode::UNAUTHENTICATED, "authorization: "));
  }
  // Of this method and of those that follow.
  server.clock.Advance(absl::Hours(1));
  add("past its deadline: ",
      ExpectRefusal(Call(server, method, true), grpc::StatusCode::DEADLINE_EXCEEDED,
                    "the deadline passed before"));
  server.clock.Advance(-absl::Hours(1));
}

}  // namespace

std::vector<std::string> CheckMethods(absl::string_view service, const TestServer::Factory& make) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(std::string(service));
  if (descriptor == nullptr) return {absl::StrCat(service, ": no such service is linked")};
  TestServer server(make, {.auth_token = kToken});
  std::vector<std::string> problems;
  for (int i = 0; i < descriptor->method_count(); ++i) {
    CheckMethod(server, *descriptor->method(i), problems);
  }
  return problems;
}

}  // namespace triad::rpc::testing

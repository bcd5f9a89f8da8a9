#include "cli/transport/client.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/transport/gateway_client.h"
#include "cli/transport/grpc_client.h"

namespace triad::cli {

absl::StatusOr<std::unique_ptr<Client>> MakeClient(const ClientOptions& options) {
  absl::string_view server = options.server;
  if (absl::ConsumePrefix(&server, "grpc://") && absl::StrContains(server, ':') &&
      !absl::StrContains(server, '/')) {
    return MakeGrpcClient(std::string(server), options);
  }
  bool http = absl::ConsumePrefix(&server, "http://") || absl::ConsumePrefix(&server, "https://");
  if (http && !server.empty()) return MakeGatewayClient(options);
  return absl::InvalidArgumentError(absl::StrCat(
      "--server: expected http://HOST:PORT, https://HOST:PORT or grpc://HOST:PORT, not '",
      options.server, "'"));
}

Content ContentOfBytes(absl::string_view type, std::string bytes) {
  Content content = {.type = std::string(type), .size = bytes.size()};
  content.read = [bytes = std::move(bytes), taken = std::size_t{0}](std::size_t count) mutable {
    std::string some = bytes.substr(taken, count);
    taken += some.size();
    return some;
  };
  return content;
}

const google::protobuf::MethodDescriptor& FindMethod(const std::string& full_name) {
  const auto* method =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(full_name);
  if (method != nullptr) return *method;
  std::fprintf(stderr, "triadctl: there is no method %s\n", full_name.c_str());
  std::abort();
}

std::unique_ptr<google::protobuf::Message> NewResponse(
    const google::protobuf::MethodDescriptor& method) {
  return std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(method.output_type())
          ->New());
}

absl::StatusOr<std::string> Authorization(const std::string& token_file) {
  if (token_file.empty()) return std::string();
  std::ifstream file(token_file, std::ios::binary);
  std::string token;
  if (!file || !std::getline(file, token)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--token-file: cannot read a token from '", token_file, "'"));
  }
  absl::StripAsciiWhitespace(&token);
  for (char c : token) {
    if (absl::ascii_isgraph(c)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("--token-file: the first line of '", token_file, "' is no token"));
  }
  if (token.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--token-file: the first line of '", token_file, "' is empty"));
  }
  return absl::StrCat("Bearer ", token);
}

}  // namespace triad::cli

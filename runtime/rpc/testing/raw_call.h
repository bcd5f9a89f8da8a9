// Any method by its name, with any bytes: what no generated stub would send.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

namespace triad::rpc::testing {

struct RawReply {
  grpc::Status status;
  std::vector<std::string> messages;
};

// Sends `messages` to "/pkg.Service/Method" and reads to the end. `context` may
// carry metadata; a deadline of 30 s is set.
RawReply RawCall(const std::shared_ptr<grpc::Channel>& channel, grpc::ClientContext& context,
                 const std::string& path, const std::vector<std::string>& messages);

}  // namespace triad::rpc::testing

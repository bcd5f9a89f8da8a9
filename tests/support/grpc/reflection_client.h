// Calls a gRPC service that this program was not compiled against: everything
// it knows, it asked by server reflection.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor_database.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace triad::testing {

// Not thread-safe. Trouble with reflection itself throws std::runtime_error.
class ReflectionClient {
 public:
  explicit ReflectionClient(const std::string& address);

  // Full names of the services, sorted.
  std::vector<std::string> Services();

  // Null if the server does not know it.
  const google::protobuf::ServiceDescriptor* Describe(const std::string& service);

  struct Reply {
    grpc::Status status;
    nlohmann::json message;  // null unless OK
  };
  // A unary call; `method` is "pkg.Service/Method".
  Reply Call(const std::string& method, const nlohmann::json& request,
             const std::vector<std::pair<std::string, std::string>>& metadata = {});

 private:
  void Load(const std::string& symbol);

  std::shared_ptr<grpc::Channel> channel_;
  google::protobuf::SimpleDescriptorDatabase database_;
  google::protobuf::DescriptorPool pool_{&database_};
  std::set<std::string> files_;
};

}  // namespace triad::testing

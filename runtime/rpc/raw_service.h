// A gRPC service whose methods come from a descriptor and take bytes. Everything
// that gRPC keeps for its generated code is used here and in raw_service.cc alone.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>

#include <functional>
#include <string>
#include <vector>

namespace google::protobuf {
class ServiceDescriptor;
}  // namespace google::protobuf

namespace triad::rpc {

class RawService : public grpc::Service {
 protected:
  using Bytes = grpc::ByteBuffer;
  using Context = grpc::CallbackServerContext;

  // Has the methods of `descriptor`, none of which can be called before it has been
  // given a handler of its own shape below.
  explicit RawService(const google::protobuf::ServiceDescriptor& descriptor);

  // `index` is that of the method in the descriptor. Handlers are called on gRPC's
  // threads, once for each call, and live as long as the service.
  void HandleUnary(
      int index, std::function<grpc::ServerUnaryReactor*(Context*, const Bytes*, Bytes*)> handler);
  void HandleServerStream(
      int index, std::function<grpc::ServerWriteReactor<Bytes>*(Context*, const Bytes*)> handler);
  void HandleClientStream(int index,
                          std::function<grpc::ServerReadReactor<Bytes>*(Context*, Bytes*)> handler);
  void HandleBidiStream(int index,
                        std::function<grpc::ServerBidiReactor<Bytes, Bytes>*(Context*)> handler);

 private:
  // gRPC keeps pointers to their characters.
  std::vector<std::string> paths_;
};

}  // namespace triad::rpc

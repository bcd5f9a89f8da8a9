#include "runtime/rpc/raw_service.h"

#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace triad::rpc {
namespace {

using grpc::internal::RpcMethod;

RpcMethod::RpcType TypeOf(const google::protobuf::MethodDescriptor& method) {
  if (method.client_streaming()) {
    return method.server_streaming() ? RpcMethod::BIDI_STREAMING : RpcMethod::CLIENT_STREAMING;
  }
  return method.server_streaming() ? RpcMethod::SERVER_STREAMING : RpcMethod::NORMAL_RPC;
}

}  // namespace

RawService::RawService(const google::protobuf::ServiceDescriptor& descriptor) {
  // No string moves once its characters are pointed to.
  paths_.reserve(static_cast<std::size_t>(descriptor.method_count()));
  for (int i = 0; i < descriptor.method_count(); ++i) {
    const auto& method = *descriptor.method(i);
    paths_.push_back(absl::StrCat("/", descriptor.full_name(), "/", method.name()));
    AddMethod(new grpc::internal::RpcServiceMethod(paths_.back().c_str(), TypeOf(method), nullptr));
  }
}

void RawService::HandleUnary(
    int index, std::function<grpc::ServerUnaryReactor*(Context*, const Bytes*, Bytes*)> handler) {
  MarkMethodRawCallback(index,
                        new grpc::internal::CallbackUnaryHandler<Bytes, Bytes>(std::move(handler)));
}

void RawService::HandleServerStream(
    int index, std::function<grpc::ServerWriteReactor<Bytes>*(Context*, const Bytes*)> handler) {
  MarkMethodRawCallback(
      index, new grpc::internal::CallbackServerStreamingHandler<Bytes, Bytes>(std::move(handler)));
}

void RawService::HandleClientStream(
    int index, std::function<grpc::ServerReadReactor<Bytes>*(Context*, Bytes*)> handler) {
  MarkMethodRawCallback(
      index, new grpc::internal::CallbackClientStreamingHandler<Bytes, Bytes>(std::move(handler)));
}

void RawService::HandleBidiStream(
    int index, std::function<grpc::ServerBidiReactor<Bytes, Bytes>*(Context*)> handler) {
  MarkMethodRawCallback(index,
                        new grpc::internal::CallbackBidiHandler<Bytes, Bytes>(std::move(handler)));
}

}  // namespace triad::rpc

#include "tests/support/grpc/reflection_client.h"

#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <stdexcept>

#include "grpc/reflection.grpc.pb.h"

namespace triad::testing {
namespace {

namespace reflection = grpc::reflection::v1alpha;
namespace pb = google::protobuf;

reflection::ServerReflectionResponse Ask(const std::shared_ptr<grpc::Channel>& channel,
                                         const reflection::ServerReflectionRequest& request) {
  grpc::ClientContext context;
  auto stream = reflection::ServerReflection::NewStub(channel)->ServerReflectionInfo(&context);
  reflection::ServerReflectionResponse response;
  stream->Write(request);
  stream->WritesDone();
  bool answered = stream->Read(&response);
  grpc::Status status = stream->Finish();
  if (!answered) throw std::runtime_error("no reflection: " + status.error_message());
  return response;
}

grpc::ByteBuffer Pack(const pb::Message& message) {
  grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

std::string Unpack(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) throw std::runtime_error("cannot read a reply");
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

grpc::Status CallUnary(const std::shared_ptr<grpc::Channel>& channel, const std::string& path,
                       grpc::ClientContext& context, const grpc::ByteBuffer& request,
                       grpc::ByteBuffer& response) {
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  auto call = stub.PrepareUnaryCall(&context, path, request, &queue);
  call->StartCall();
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  return status;
}

}  // namespace

ReflectionClient::ReflectionClient(const std::string& address)
    : channel_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())) {}

std::vector<std::string> ReflectionClient::Services() {
  reflection::ServerReflectionRequest request;
  request.set_list_services("*");
  std::vector<std::string> names;
  reflection::ServerReflectionResponse answer = Ask(channel_, request);
  for (const auto& service : answer.list_services_response().service()) {
    names.push_back(service.name());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void ReflectionClient::Load(const std::string& symbol) {
  reflection::ServerReflectionRequest request;
  request.set_file_containing_symbol(symbol);
  reflection::ServerReflectionResponse answer = Ask(channel_, request);
  for (const std::string& bytes : answer.file_descriptor_response().file_descriptor_proto()) {
    pb::FileDescriptorProto file;
    if (!file.ParseFromString(bytes)) throw std::runtime_error("bad descriptor of " + symbol);
    if (files_.insert(file.name()).second) database_.Add(file);
  }
}

const pb::ServiceDescriptor* ReflectionClient::Describe(const std::string& service) {
  Load(service);
  return pool_.FindServiceByName(service);
}

ReflectionClient::Reply ReflectionClient::Call(
    const std::string& method, const nlohmann::json& request,
    const std::vector<std::pair<std::string, std::string>>& metadata) {
  std::size_t slash = method.find('/');
  const pb::ServiceDescriptor* service = Describe(method.substr(0, slash));
  const pb::MethodDescriptor* found =
      service == nullptr ? nullptr : service->FindMethodByName(method.substr(slash + 1));
  if (found == nullptr) throw std::runtime_error("the server does not describe " + method);

  pb::DynamicMessageFactory factory(&pool_);
  std::unique_ptr<pb::Message> in(factory.GetPrototype(found->input_type())->New());
  std::unique_ptr<pb::Message> out(factory.GetPrototype(found->output_type())->New());
  auto parsed = pb::util::JsonStringToMessage(request.dump(), in.get());
  if (!parsed.ok()) throw std::runtime_error("bad request: " + parsed.ToString());

  grpc::ClientContext context;
  for (const auto& [name, value] : metadata) context.AddMetadata(name, value);
  grpc::ByteBuffer response;
  Reply reply;
  reply.status = CallUnary(channel_, "/" + method, context, Pack(*in), response);
  if (!reply.status.ok()) return reply;
  std::string json;
  if (!out->ParseFromString(Unpack(response)) || !pb::util::MessageToJsonString(*out, &json).ok()) {
    throw std::runtime_error("bad reply of " + method);
  }
  reply.message = nlohmann::json::parse(json);
  return reply;
}

}  // namespace triad::testing

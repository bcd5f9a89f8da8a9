#include "runtime/rpc/admission/resource.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>

#include "runtime/rpc/wire/codec.h"

namespace triad::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t kMaxBytes = 64 << 10;
constexpr std::size_t kMaxName = 1024;

std::string TextOf(const Message& message, const char* field_name) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(field_name);
  if (field == nullptr || field->is_repeated() || field->type() != FieldDescriptor::TYPE_STRING) {
    return "";
  }
  return message.GetReflection()->GetString(message, field);
}

std::string NameIn(const Message& request) {
  for (const char* field : {"name", "parent"}) {
    std::string name = TextOf(request, field);
    if (!name.empty()) return name;
  }
  for (int i = 0; i < request.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = request.GetDescriptor()->field(i);
    if (field->is_repeated() || field->type() != FieldDescriptor::TYPE_MESSAGE) continue;
    std::string name = TextOf(request.GetReflection()->GetMessage(request, field), "name");
    if (!name.empty()) return name;
  }
  return "";
}

}  // namespace

std::string ResourceOf(const google::protobuf::Descriptor& type, const grpc::ByteBuffer& bytes) {
  if (bytes.Length() > kMaxBytes) return "";
  const Message* prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
  if (prototype == nullptr) return "";
  std::unique_ptr<Message> request(prototype->New());
  if (!Parse(bytes, *request).ok()) return "";
  std::string name = NameIn(*request);
  if (name.size() > kMaxName) name.resize(kMaxName);
  return name;
}

}  // namespace triad::rpc

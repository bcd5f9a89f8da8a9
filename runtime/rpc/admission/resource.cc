#include "runtime/rpc/admission/resource.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
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

// As a log can hold what a stranger has sent: whole characters, and none that is not for print.
std::string Printable(std::string name) {
  std::size_t end = std::min(name.size(), kMaxName);
  auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(name[at]) >> 6) == 2; };
  while (end > 0 && end < name.size() && continues(end)) --end;
  return absl::Utf8SafeCHexEscape(absl::string_view(name).substr(0, end));
}

}  // namespace

std::string ResourceOf(const google::protobuf::Descriptor& type, const grpc::ByteBuffer& bytes) {
  if (bytes.Length() > kMaxBytes) return "";
  const Message* prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
  if (prototype == nullptr) return "";
  std::unique_ptr<Message> request(prototype->New());
  if (!Parse(bytes, *request).ok()) return "";
  return Printable(NameIn(*request));
}

}  // namespace triad::rpc

#include "tests/contract/api_rules.h"

#include <google/api/annotations.pb.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::contract {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::ServiceDescriptor;

class Walk {
 public:
  void File(const FileDescriptor& file) {
    for (int i = 0; i < file.service_count(); ++i) Service(*file.service(i));
    for (int i = 0; i < file.message_type_count(); ++i) Message(*file.message_type(i));
    for (int i = 0; i < file.enum_type_count(); ++i) Enum(*file.enum_type(i));
    for (int i = 0; i < file.extension_count(); ++i) Comment(*file.extension(i));
  }

  std::vector<std::string> Problems() && { return std::move(problems_); }

 private:
  void Service(const ServiceDescriptor& service) {
    Comment(service);
    for (int i = 0; i < service.method_count(); ++i) {
      Comment(*service.method(i));
      if (!service.method(i)->options().HasExtension(google::api::http)) {
        problems_.push_back(absl::StrCat(service.method(i)->full_name(), " has no HTTP rule"));
      }
    }
  }

  void Message(const Descriptor& message) {
    if (message.options().map_entry()) return;
    Comment(message);
    for (int i = 0; i < message.field_count(); ++i) Comment(*message.field(i));
    for (int i = 0; i < message.real_oneof_decl_count(); ++i) Comment(*message.oneof_decl(i));
    for (int i = 0; i < message.enum_type_count(); ++i) Enum(*message.enum_type(i));
    for (int i = 0; i < message.nested_type_count(); ++i) Message(*message.nested_type(i));
  }

  void Enum(const EnumDescriptor& type) {
    Comment(type);
    for (int i = 0; i < type.value_count(); ++i) Comment(*type.value(i));
  }

  template <typename DescriptorType>
  void Comment(const DescriptorType& descriptor) {
    google::protobuf::SourceLocation location;
    bool found = descriptor.GetSourceLocation(&location);
    if (found && !(location.leading_comments + location.trailing_comments).empty()) return;
    problems_.push_back(absl::StrCat(descriptor.full_name(), " has no comment"));
  }

  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> ApiProblems(const google::protobuf::DescriptorPool& pool,
                                     const std::vector<std::string>& files,
                                     absl::string_view package) {
  Walk walk;
  for (const std::string& name : files) {
    const FileDescriptor& file = *pool.FindFileByName(name);
    bool inside =
        file.package() == package || absl::StartsWith(file.package(), absl::StrCat(package, "."));
    if (inside) walk.File(file);
  }
  return std::move(walk).Problems();
}

}  // namespace triad::contract

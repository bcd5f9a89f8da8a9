#include "gateway/learning/imports.h"

#include <google/protobuf/descriptor.h>

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace triad::gateway {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::DescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;

// The file of each type, by its full name.
using Definitions = std::map<std::string, std::string>;

void Define(const std::string& scope, const DescriptorProto& type, const std::string& file,
            Definitions& definitions) {
  std::string name = absl::StrCat(scope, type.name());
  definitions.emplace(name, file);
  for (const auto& nested : type.nested_type()) Define(name + ".", nested, file, definitions);
  for (const auto& nested : type.enum_type()) {
    definitions.emplace(absl::StrCat(name, ".", nested.name()), file);
  }
}

void Define(const FileDescriptorProto& file, Definitions& definitions) {
  std::string scope = file.package().empty() ? "" : file.package() + ".";
  for (const auto& type : file.message_type()) Define(scope, type, file.name(), definitions);
  for (const auto& type : file.enum_type()) {
    definitions.emplace(scope + type.name(), file.name());
  }
}

void AddUsed(const FieldDescriptorProto& field, std::set<std::string>& used) {
  used.insert(field.type_name());
  used.insert(field.extendee());
}

void AddUsed(const DescriptorProto& type, std::set<std::string>& used) {
  for (const auto& field : type.field()) AddUsed(field, used);
  for (const auto& field : type.extension()) AddUsed(field, used);
  for (const auto& nested : type.nested_type()) AddUsed(nested, used);
}

// Names of the types that `file` uses, as they stand there: ".pkg.Type", or empty.
std::set<std::string> UsedBy(const FileDescriptorProto& file) {
  std::set<std::string> used;
  for (const auto& type : file.message_type()) AddUsed(type, used);
  for (const auto& field : file.extension()) AddUsed(field, used);
  for (const auto& service : file.service()) {
    for (const auto& method : service.method()) {
      used.insert({method.input_type(), method.output_type()});
    }
  }
  return used;
}

// Adds the file of protobuf's own that defines `type`. Null if there is none.
const FileDescriptorProto* AddBuiltIn(const std::string& type, FileDescriptorSet& set) {
  if (type.rfind("google.protobuf.", 0) != 0) return nullptr;
  const auto* found = DescriptorPool::generated_pool()->FindFileContainingSymbol(type);
  if (found == nullptr) return nullptr;
  FileDescriptorProto* added = set.add_file();
  found->CopyTo(added);
  return added;
}

}  // namespace

void CompleteImports(FileDescriptorSet& set) {
  Definitions definitions;
  for (const auto& file : set.file()) Define(file, definitions);
  for (int i = 0; i < set.file_size(); ++i) {
    std::set<std::string> imports(set.file(i).dependency().begin(), set.file(i).dependency().end());
    for (const std::string& used : UsedBy(set.file(i))) {
      std::string type(absl::StripPrefix(used, "."));
      if (type.empty()) continue;
      if (definitions.count(type) == 0) {
        const FileDescriptorProto* added = AddBuiltIn(type, set);
        if (added == nullptr) continue;
        Define(*added, definitions);
      }
      const std::string& from = definitions.at(type);
      if (from == set.file(i).name() || !imports.insert(from).second) continue;
      set.mutable_file(i)->add_dependency(from);
    }
  }
}

}  // namespace triad::gateway

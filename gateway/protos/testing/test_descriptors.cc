#include "gateway/protos/testing/test_descriptors.h"

#include <google/api/annotations.pb.h>
#include <google/api/httpbody.pb.h>
#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/descriptor_database.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/wrappers.pb.h>

#include <cstdlib>
#include <iostream>
#include <set>

#include "absl/strings/str_cat.h"
#include "triad/gateway/v1/annotations.pb.h"

namespace triad::gateway {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;

[[noreturn]] void Die(absl::string_view message) {
  std::cerr << message << '\n';
  std::abort();
}

class MemoryTree : public google::protobuf::compiler::SourceTree {
 public:
  explicit MemoryTree(const std::map<std::string, std::string>& files) : files_(files) {}
  google::protobuf::io::ZeroCopyInputStream* Open(const std::string& name) override {
    auto found = files_.find(name);
    if (found == files_.end()) return nullptr;
    return new google::protobuf::io::ArrayInputStream(found->second.data(),
                                                      static_cast<int>(found->second.size()));
  }

 private:
  const std::map<std::string, std::string>& files_;
};

class DieOnError : public DescriptorPool::ErrorCollector,
                   public google::protobuf::compiler::MultiFileErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element,
                const google::protobuf::Message*, ErrorLocation,
                const std::string& message) override {
    Die(absl::StrCat(file, ": ", element, ": ", message));
  }
  void AddError(const std::string& file, int line, int, const std::string& message) override {
    Die(absl::StrCat(file, ":", line + 1, ": ", message));
  }
};

void Collect(const FileDescriptor& file, std::set<std::string>& done,
             google::protobuf::FileDescriptorSet& set) {
  if (!done.insert(file.name()).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) Collect(*file.dependency(i), done, set);
  auto* proto = set.add_file();
  file.CopyTo(proto);
  file.CopySourceCodeInfoTo(proto);
}

// Makes the linker keep the files that test protos import.
void LinkImports() {
  google::api::HttpBody::descriptor();
  google::protobuf::Duration::descriptor();
  google::protobuf::Empty::descriptor();
  google::protobuf::FieldMask::descriptor();
  google::protobuf::Struct::descriptor();
  google::protobuf::Timestamp::descriptor();
  google::protobuf::StringValue::descriptor();
  v1::Resume::descriptor();
  google::api::HttpRule::descriptor();
  google::protobuf::LinkExtensionReflection(google::api::http);
}

}  // namespace

std::string CompileDescriptorSet(const std::map<std::string, std::string>& files) {
  LinkImports();
  MemoryTree tree(files);
  DieOnError errors;
  google::protobuf::compiler::SourceTreeDescriptorDatabase sources(&tree);
  sources.RecordErrorsTo(&errors);
  google::protobuf::DescriptorPoolDatabase generated(*DescriptorPool::generated_pool());
  google::protobuf::MergedDescriptorDatabase both(&generated, &sources);
  DescriptorPool pool(&both, &errors);
  google::protobuf::FileDescriptorSet set;
  std::set<std::string> done;
  for (const auto& [name, source] : files) {
    const FileDescriptor* file = pool.FindFileByName(name);
    if (file == nullptr) Die(absl::StrCat(name, " did not compile"));
    Collect(*file, done, set);
  }
  return set.SerializeAsString();
}

std::unique_ptr<DescriptorSet> CompileDescriptors(const std::map<std::string, std::string>& files) {
  auto result = DescriptorSet::FromBytes(CompileDescriptorSet(files), "test");
  if (!result.ok()) Die(result.status().ToString());
  return *std::move(result);
}

std::string TestProto(absl::string_view body) {
  return absl::StrCat(R"(
      syntax = "proto3";
      package test;
      import "google/api/annotations.proto";
      import "google/api/httpbody.proto";
      import "google/protobuf/any.proto";
      import "google/protobuf/duration.proto";
      import "google/protobuf/empty.proto";
      import "google/protobuf/field_mask.proto";
      import "google/protobuf/struct.proto";
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/wrappers.proto";
      import "triad/gateway/v1/annotations.proto";
  )",
                      body);
}

}  // namespace triad::gateway

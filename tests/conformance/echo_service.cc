#include "tests/conformance/echo_service.h"

#include <google/api/annotations.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/generic/async_generic_service.h>

#include <cstdlib>
#include <iostream>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace triad::conformance {
namespace {

using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;

constexpr absl::string_view kTested = "TestAll";

// `file` and what it needs, as far as `set` does not have them.
void AddFile(const FileDescriptor& file, std::set<std::string>& names, FileDescriptorSet& set) {
  if (!names.insert(file.name()).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddFile(*file.dependency(i), names, set);
  file.CopyTo(set.add_file());
}

void AddMethod(const std::string& type, FileDescriptorProto& file) {
  google::protobuf::MethodDescriptorProto& method = *file.mutable_service(0)->add_method();
  method.set_name(absl::StrReplaceAll(type, {{".", "_"}}));
  method.set_input_type(absl::StrCat(".", type));
  method.set_output_type(method.input_type());
  auto& rule = *method.mutable_options()->MutableExtension(google::api::http);
  rule.set_post(absl::StrCat("/", type));
  rule.set_body("*");
}

}  // namespace

std::string WithEchoService(const std::string& bytes) {
  FileDescriptorSet set;
  if (!set.ParseFromString(bytes)) {
    std::cerr << "this is no descriptor set\n";
    std::exit(2);
  }
  FileDescriptorProto file;
  file.set_name("triad/conformance.proto");
  file.set_package("triad.conformance");
  file.set_syntax("proto3");
  file.add_service()->set_name("Echo");
  std::set<std::string> names;
  for (const FileDescriptorProto& other : set.file()) {
    names.insert(other.name());
    bool is_tested = false;
    for (const auto& message : other.message_type()) {
      if (!absl::StartsWith(message.name(), kTested)) continue;
      AddMethod(absl::StrCat(other.package(), ".", message.name()), file);
      is_tested = true;
    }
    if (is_tested) file.add_dependency(other.name());
  }
  google::protobuf::LinkExtensionReflection(google::api::http);
  const FileDescriptor& annotations =
      *google::protobuf::DescriptorPool::generated_pool()->FindFileByName(
          "google/api/annotations.proto");
  AddFile(annotations, names, set);
  file.add_dependency(annotations.name());
  *set.add_file() = std::move(file);
  return set.SerializeAsString();
}

// One call, which destroys itself.
class EchoServer::Exchange final : public grpc::ServerGenericBidiReactor {
 public:
  Exchange(EchoServer& server, bool is_known) : server_(server) {
    if (is_known) {
      StartRead(&request_);
    } else {
      // Such as questions about health.
      Finish(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, ""));
    }
  }

  void OnReadDone(bool ok) override {
    grpc::Slice slice;
    if (!ok || !request_.DumpToSingleSlice(&slice).ok()) {
      return Finish(grpc::Status(grpc::StatusCode::CANCELLED, ""));
    }
    grpc::Slice answer(
        server_.Answer(std::string(reinterpret_cast<const char*>(slice.begin()), slice.size())));
    reply_ = grpc::ByteBuffer(&answer, 1);
    StartWriteAndFinish(&reply_, grpc::WriteOptions(), grpc::Status::OK);
  }
  void OnDone() override { delete this; }

 private:
  EchoServer& server_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer reply_;
};

class EchoServer::Service final : public grpc::CallbackGenericService {
 public:
  explicit Service(EchoServer& server) : server_(server) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Exchange(server_, absl::StartsWith(context->method(), absl::StrCat("/", kService)));
  }

 private:
  EchoServer& server_;
};

EchoServer::EchoServer() : service_(std::make_unique<Service>(*this)) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterCallbackGenericService(service_.get());
  server_ = builder.BuildAndStart();
}

EchoServer::~EchoServer() { server_->Shutdown(); }

std::string EchoServer::address() const { return absl::StrCat("127.0.0.1:", port_); }

void EchoServer::Give(std::optional<std::string> wire) {
  MutexLock lock(mutex_);
  given_ = std::move(wire);
}

std::string EchoServer::taken() const {
  MutexLock lock(mutex_);
  return taken_;
}

std::string EchoServer::Answer(std::string request) {
  MutexLock lock(mutex_);
  taken_ = std::move(request);
  return given_.value_or(taken_);
}

}  // namespace triad::conformance

// The service over real gRPC, on a real database, for tests.
#pragma once

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/testing/fake_random.h"
#include "runtime/rpc/testing/test_server.h"
#include "services/storage/service.h"
#include "services/storage/testing/storage_fixture.h"
#include "triad/storage/v1/storage.grpc.pb.h"

namespace triad::storage::testing {

using Stub = v1::StorageService::Stub;
using Headers = std::map<std::string, std::string>;

// What came back of a call: `http` are the facts for the gateway, without the
// prefix of the headers; "status" is the HTTP status, if one was set.
struct Reply {
  grpc::Status status;
  Headers http;
  std::string content_type;
  std::string content;
  v1::Object object;
};

class StorageServiceTest : public ::testing::Test {
 protected:
  static constexpr std::int64_t kLimit = 1 << 20;

  explicit StorageServiceTest(const rpc::testing::TestServerOptions& options = {})
      : storage_({.max_object_bytes = kLimit}),
        server_(
            [this](rpc::Admission& admission) {
              return std::make_unique<StorageService>(admission, StoresOf(storage_), *executor_,
                                                      draws_);
            },
            options),
        stub_(v1::StorageService::NewStub(server_.channel())) {
    EXPECT_EQ(storage_.buckets->Create(kUploadsBucket).status(), absl::OkStatus());
  }

  static Stores StoresOf(StorageFixture& storage) {
    return {*storage.buckets,  *storage.objects,  *storage.editor,
            *storage.lister,   *storage.composer, *storage.uploads,
            *storage.versions, *storage.zipper,   *storage.audit};
  }

  static Headers FactsOf(const grpc::ClientContext& context) {
    Headers facts;
    for (const auto* metadata :
         {&context.GetServerInitialMetadata(), &context.GetServerTrailingMetadata()}) {
      for (const auto& [key, value] : *metadata) {
        std::string name(key.data(), key.size());
        if (name == "http-status") facts["status"] = std::string(value.data(), value.size());
        if (name.rfind("http-header-", 0) == 0) {
          facts[name.substr(12)] = std::string(value.data(), value.size());
        }
      }
    }
    return facts;
  }

  // Sends `pieces` as messages, with `content_type` in the first.
  Reply Put(const std::string& name, const std::vector<std::string>& pieces,
            const std::multimap<std::string, std::string>& headers = {},
            const std::string& content_type = "text/plain") {
    grpc::ClientContext context;
    for (const auto& [key, value] : headers) context.AddMetadata(key, value);
    Reply reply;
    auto writer = stub_->WriteObject(&context, &reply.object);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      v1::WriteObjectRequest request;
      if (i == 0) request.set_name(name);
      if (i == 0) request.mutable_content()->set_content_type(content_type);
      request.mutable_content()->set_data(pieces[i]);
      if (!writer->Write(request)) break;
    }
    writer->WritesDone();
    reply.status = writer->Finish();
    reply.http = FactsOf(context);
    return reply;
  }

  Reply Get(const std::string& name, const Headers& headers = {}) {
    grpc::ClientContext context;
    for (const auto& [key, value] : headers) context.AddMetadata(key, value);
    v1::ReadObjectRequest request;
    request.set_name(name);
    Reply reply;
    auto reader = stub_->ReadObject(&context, request);
    google::api::HttpBody body;
    while (reader->Read(&body)) {
      if (!body.content_type().empty()) reply.content_type = body.content_type();
      reply.content += body.data();
      ++messages_;
    }
    reply.status = reader->Finish();
    reply.http = FactsOf(context);
    return reply;
  }

  // A unary call; what the gateway would do with its answer is in `http_`.
  template <typename Request, typename Response>
  grpc::Status Ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                   const Request& request, Response& response,
                   const std::multimap<std::string, std::string>& headers = {}) {
    grpc::ClientContext context;
    for (const auto& [name, value] : headers) context.AddMetadata(name, value);
    response.Clear();
    grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    http_ = FactsOf(context);
    return status;
  }

  // The first detail of this kind; an empty one if there is none.
  template <typename Detail>
  static Detail DetailOf(const grpc::Status& status) {
    google::rpc::Status details;
    Detail detail;
    details.ParseFromString(status.error_details());
    for (const auto& one : details.details()) {
      if (one.UnpackTo(&detail)) break;
    }
    return detail;
  }

  // The field that a BadRequest names; of an error without one its message.
  static std::string FieldOf(const grpc::Status& status) {
    auto bad = DetailOf<google::rpc::BadRequest>(status);
    if (bad.field_violations().empty()) return absl::StrCat("none: ", status.error_message());
    return bad.field_violations(0).field();
  }

  StorageFixture storage_;
  FakeRandom draws_;
  int messages_ = 0;
  // Outlives the server, whose streams read on it.
  std::unique_ptr<Executor> executor_ =
      std::make_unique<Executor>(ExecutorOptions{.name = "reads", .threads = 2, .queue = 64});
  rpc::testing::TestServer server_;
  std::unique_ptr<Stub> stub_;
  Headers http_;
};

}  // namespace triad::storage::testing

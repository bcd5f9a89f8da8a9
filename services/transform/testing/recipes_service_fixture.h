// The service over real gRPC, with recipes in a real database, for tests.
#pragma once

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "runtime/audit/handler/audit_handler.h"
#include "runtime/io/executor.h"
#include "runtime/rpc/testing/test_server.h"
#include "services/transform/service.h"
#include "services/transform/testing/recipe_fixture.h"
#include "triad/transform/v1/transform.grpc.pb.h"

namespace triad::transform::testing {

using Stub = v1::TransformService::Stub;
using Headers = std::map<std::string, std::string>;

// The field that the error's BadRequest names.
inline std::string FieldOf(const grpc::Status& status) {
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
  google::rpc::Status details;
  google::rpc::BadRequest bad;
  details.ParseFromString(status.error_details());
  for (const auto& detail : details.details()) {
    if (detail.UnpackTo(&bad)) return bad.field_violations(0).field();
  }
  return "";
}

class RecipesServiceTest : public ::testing::Test {
 protected:
  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    response->Clear();
    return (stub_.get()->*method)(&context, request, response);
  }

  grpc::Status Create(const std::string& id, const v1::Recipe& recipe,
                      v1::Recipe* created = nullptr) {
    v1::CreateRecipeRequest request;
    request.set_recipe_id(id);
    *request.mutable_recipe() = recipe;
    v1::Recipe ignored;
    return Call(&Stub::CreateRecipe, request, created == nullptr ? &ignored : created);
  }
  static v1::Recipe Of(const std::string& text) {
    v1::Recipe recipe;
    recipe.set_recipe(text);
    return recipe;
  }

  // What a run gives for an input in one message.
  struct Reply {
    grpc::Status status;
    std::string output;
  };
  Reply Run(const v1::TransformStreamRequest& first, const std::string& input,
            const Headers& headers = {}) {
    grpc::ClientContext context;
    for (const auto& [name, value] : headers) context.AddMetadata(name, value);
    auto stream = stub_->RunRecipe(&context);
    v1::TransformStreamRequest request = first;
    request.mutable_content()->set_data(input);
    stream->Write(request);
    stream->WritesDone();
    Reply reply;
    google::api::HttpBody body;
    while (stream->Read(&body)) reply.output += body.data();
    reply.status = stream->Finish();
    return reply;
  }
  static v1::TransformStreamRequest Named(const std::string& name, std::int64_t version = 0,
                                          const Headers& arguments = {}) {
    v1::TransformStreamRequest request;
    request.set_name(name);
    request.set_version(version);
    request.mutable_arguments()->insert(arguments.begin(), arguments.end());
    return request;
  }

  RecipeFixture fixture_;
  Executor executor_{{.threads = 2}};
  audit::AuditHandler audit_{fixture_.audit(), executor_};
  rpc::testing::TestServer server_{[this](rpc::Admission& admission) {
    return std::make_unique<TransformService>(admission, Limits(), fixture_.running(),
                                              TransformParts{&fixture_.store(), &audit_});
  }};
  std::unique_ptr<Stub> stub_ = v1::TransformService::NewStub(server_.channel());
};

}  // namespace triad::transform::testing

// RunRecipe, and TransformStream by name, over gRPC.
#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

#include <string>

#include "services/transform/testing/recipes_service_fixture.h"

namespace triad::transform {
namespace {

using testing::FieldOf;
using ::testing::HasSubstr;
using testing::Headers;
using ::testing::Not;
using testing::Stub;

class RunRecipeTest : public testing::RecipesServiceTest {
 protected:
  void SetUp() override {
    v1::Recipe recipe = Of("to-hex(prefix=${prefix}) | head(count=${line_count})");
    recipe.add_parameters()->set_name("prefix");
    v1::Parameter& count = *recipe.add_parameters();
    count.set_name("line_count");
    count.set_kind(v1::Parameter::KIND_INTEGER);
    count.set_default_value("5");
    ASSERT_TRUE(Create("hex", recipe).ok());
    recipe = Of("hmac(key=${the_key}, algorithm=md5)");
    v1::Parameter& key = *recipe.add_parameters();
    key.set_name("the_key");
    key.set_kind(v1::Parameter::KIND_SECRET);
    key.set_required(true);
    ASSERT_TRUE(Create("sign", recipe).ok());
  }

  std::string Output(const v1::TransformStreamRequest& request, const std::string& input,
                     const Headers& headers = {}) {
    Reply reply = Run(request, input, headers);
    return reply.status.ok() ? reply.output : reply.status.error_message();
  }
};

TEST_F(RunRecipeTest, TakesArgumentsFromMessageAndHeaders) {
  EXPECT_EQ(Output(Named("recipes/hex"), "ab"), "6162");
  EXPECT_EQ(Output(Named("recipes/hex", 0, {{"prefix", "-"}}), "ab"), "-61-62");
  EXPECT_EQ(Output(Named("recipes/hex"), "ab", {{"x-meta-argument-line-count", "0"}}), "");
  Headers twice = {{"x-meta-argument-prefix", "+"}};
  EXPECT_EQ(Output(Named("recipes/hex", 0, {{"prefix", "-"}}), "ab", twice),
            "arguments.prefix: must not be in the header x-meta-argument-prefix too");
  EXPECT_EQ(Output(Named("recipes/hex", 0, {{"line_count", "x"}}), ""),
            "arguments.line_count: must be a whole number from -9223372036854775808 to "
            "9223372036854775807");
  EXPECT_EQ(Output(Named("recipes/hex", 0, {{"line_count", "-1"}}), ""),
            "steps[1].arguments.count: must be a whole number from 0 to 9223372036854775807 lines")
      << "what fits the parameter may still not fit the step";
  EXPECT_EQ(Output(Named("recipes/hex", 0, {{"x", ""}}), ""),
            "arguments: the recipe takes no argument 'x'");
  EXPECT_EQ(Output(Named("recipes/hex"), "", {{"x-meta-argument-x", ""}}),
            "arguments: the recipe takes no argument 'x'");
}

TEST_F(RunRecipeTest, TakesSecretsFromHeadersOnly) {
  EXPECT_EQ(Output(Named("recipes/sign"), "x", {{"x-meta-argument-the-key", "hex:6b"}}),
            Output(Named("recipes/sign"), "x", {{"x-meta-argument-the-key", "k"}}));
  Reply reply = Run(Named("recipes/sign", 0, {{"the_key", "hunter2"}}), "x");
  EXPECT_EQ(FieldOf(reply.status), "arguments.the_key");
  EXPECT_THAT(reply.status.error_message(), HasSubstr("in the header x-meta-argument-the-key"));
  EXPECT_THAT(reply.status.error_message(), Not(HasSubstr("hunter2")));
  EXPECT_EQ(Output(Named("recipes/sign"), "x"), "arguments.the_key: is required");
}

TEST_F(RunRecipeTest, RunsAtAVersion) {
  v1::UpdateRecipeRequest update;
  update.mutable_recipe()->set_name("recipes/hex");
  update.mutable_recipe()->set_recipe("reverse");
  v1::Recipe updated;
  ASSERT_TRUE(Call(&Stub::UpdateRecipe, update, &updated).ok());
  EXPECT_EQ(Output(Named("recipes/hex"), "ab"), "ba");
  EXPECT_EQ(Output(Named("recipes/hex", 1), "ab"), "6162");
  v1::PublishRecipeRequest publish;
  publish.set_name("recipes/hex");
  publish.set_version(1);
  ASSERT_TRUE(Call(&Stub::PublishRecipe, publish, &updated).ok());
  EXPECT_EQ(Output(Named("recipes/hex"), "ab"), "6162");
  EXPECT_EQ(Output(Named("recipes/hex", 2), "ab"), "ba");
  EXPECT_EQ(Run(Named("recipes/hex", 3), "ab").status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Run(Named("recipes/other"), "ab").status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(FieldOf(Run(Named("hex"), "ab").status), "name");
}

TEST_F(RunRecipeTest, StreamsByNameToo) {
  ASSERT_TRUE(Create("plain", Of("to-hex")).ok());
  grpc::ClientContext context;
  auto stream = stub_->TransformStream(&context);
  v1::TransformStreamRequest request = Named("recipes/plain");
  request.mutable_content()->set_data("a");
  ASSERT_TRUE(stream->Write(request));
  google::api::HttpBody body;
  ASSERT_TRUE(stream->Read(&body)) << "it does not wait for the end";
  EXPECT_EQ(body.data(), "61");
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&body));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(RunRecipeTest, OneRecipeAtATime) {
  v1::TransformStreamRequest both = Named("recipes/hex");
  both.set_recipe("sort");
  EXPECT_EQ(FieldOf(Run(both, "").status), "recipe");
  EXPECT_EQ(FieldOf(Run(Named("recipes/hex"), "", {{"x-meta-recipe", "sort"}}).status), "recipe");
  v1::TransformStreamRequest text;
  text.set_recipe("sort");
  text.set_version(1);
  EXPECT_EQ(FieldOf(Run(text, "").status), "version");
  text.clear_version();
  (*text.mutable_arguments())["a"] = "1";
  EXPECT_EQ(FieldOf(Run(text, "").status), "arguments");
}

// What `--database=none` is for the service.
class NoDatabaseTest : public ::testing::Test {
 protected:
  template <typename Request, typename Response>
  void ExpectRefused(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                     const Request& request, Response response) {
    grpc::ClientContext context;
    ExpectRefused((stub_.get()->*method)(&context, request, &response));
  }
  void ExpectRefused(const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_THAT(status.error_message(), HasSubstr("--database=none"));
    google::rpc::Status details;
    google::rpc::ErrorInfo info;
    details.ParseFromString(status.error_details());
    ASSERT_EQ(details.details_size(), 1);
    EXPECT_TRUE(details.details(0).UnpackTo(&info));
    EXPECT_EQ(info.reason(), "NO_DATABASE");
  }

  RunningBytes running_{1'000'000};
  rpc::testing::TestServer server_{[this](rpc::Admission& admission) {
    return std::make_unique<TransformService>(admission, Limits(), running_);
  }};
  std::unique_ptr<Stub> stub_ = v1::TransformService::NewStub(server_.channel());
};

TEST_F(NoDatabaseTest, RecipesAreRefusedAndTheRestWorks) {
  v1::Recipe recipe;
  ExpectRefused(&Stub::CreateRecipe, v1::CreateRecipeRequest(), recipe);
  ExpectRefused(&Stub::GetRecipe, v1::GetRecipeRequest(), recipe);
  ExpectRefused(&Stub::ListRecipes, v1::ListRecipesRequest(), v1::ListRecipesResponse());
  ExpectRefused(&Stub::UpdateRecipe, v1::UpdateRecipeRequest(), recipe);
  ExpectRefused(&Stub::DeleteRecipe, v1::DeleteRecipeRequest(), v1::DeleteRecipeResponse());
  ExpectRefused(&Stub::ListRecipeVersions, v1::ListRecipeVersionsRequest(),
                v1::ListRecipeVersionsResponse());
  ExpectRefused(&Stub::PublishRecipe, v1::PublishRecipeRequest(), recipe);
  ExpectRefused(&Stub::ListAuditLines, audit::v1::ListAuditLinesRequest(),
                audit::v1::ListAuditLinesResponse());
  for (bool named : {true, false}) {
    grpc::ClientContext context;
    auto stream = stub_->RunRecipe(&context);
    v1::TransformStreamRequest request;
    if (named) {
      request.set_name("recipes/a");
    } else {
      request.set_recipe("to-hex");
    }
    request.mutable_content()->set_data("a");
    stream->Write(request);
    stream->WritesDone();
    google::api::HttpBody body;
    bool answered = stream->Read(&body);
    grpc::Status status = stream->Finish();
    if (named) ExpectRefused(status);
    EXPECT_EQ(answered, !named);
  }
}

}  // namespace
}  // namespace triad::transform

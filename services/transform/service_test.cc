#include "services/transform/service.h"

#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <gtest/gtest.h>

#include <map>

#include "runtime/rpc/testing/contract.h"
#include "runtime/rpc/testing/raw_call.h"
#include "runtime/rpc/testing/test_server.h"
#include "services/transform/engine/catalogue.h"
#include "triad/transform/v1/transform.grpc.pb.h"

namespace triad::transform {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::unique_ptr<grpc::Service> Make(rpc::Admission& admission) {
  static RunningBytes& running = *new RunningBytes(std::int64_t{64} * 1024 * 1024);
  return std::make_unique<TransformService>(admission, Limits(), running);
}

class TransformServiceTest : public ::testing::Test {
 protected:
  grpc::Status Mirror(const v1::MirrorRequest& request, std::string* transformed) {
    grpc::ClientContext context;
    v1::MirrorResponse response;
    grpc::Status status = stub_->Mirror(&context, request, &response);
    *transformed = response.transformed();
    return status;
  }
  grpc::Status Transform(const v1::TransformRequest& request, v1::TransformResponse* response) {
    grpc::ClientContext context;
    return stub_->Transform(&context, request, response);
  }

  // The field that a refusal names.
  static std::string Field(const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    google::rpc::Status details;
    google::rpc::BadRequest bad;
    EXPECT_TRUE(details.ParseFromString(status.error_details()));
    if (details.details_size() != 1 || !details.details(0).UnpackTo(&bad)) return "";
    return bad.field_violations(0).field();
  }

  rpc::testing::TestServer server_{Make};
  std::unique_ptr<v1::TransformService::Stub> stub_ =
      v1::TransformService::NewStub(server_.channel());
};

TEST(ContractTest, EveryMethodIsGuarded) {
  EXPECT_THAT(rpc::testing::CheckMethods("triad.transform.v1.TransformService", Make), IsEmpty());
}

TEST_F(TransformServiceTest, MirrorsShortWordsAndLongOnes) {
  std::string transformed;
  v1::MirrorRequest request;
  request.set_word("fOoBar25");
  EXPECT_TRUE(Mirror(request, &transformed).ok());
  EXPECT_EQ(transformed, "47RAbOoF");
  request.set_word("");
  EXPECT_TRUE(Mirror(request, &transformed).ok());
  EXPECT_EQ(transformed, "");
  request.set_word(std::string(100'000, 'a') + "ß");
  EXPECT_TRUE(Mirror(request, &transformed).ok());
  EXPECT_EQ(transformed, "SS" + std::string(100'000, 'A'));
}

TEST_F(TransformServiceTest, MirrorNeedsAWordWithinTheLimit) {
  std::string transformed;
  v1::MirrorRequest request;
  EXPECT_EQ(Field(Mirror(request, &transformed)), "word");
  request.set_word(std::string(1024 * 1024 + 1, 'a'));
  EXPECT_EQ(Field(Mirror(request, &transformed)), "word");
}

TEST_F(TransformServiceTest, MirrorRefusesWhatIsNotUtf8) {
  for (const char* word : {"\x0a\x01\xff", "\x0a\x01\xc3", "\x0a\x03\xed\xa0\x80"}) {
    grpc::ClientContext context;
    auto reply = rpc::testing::RawCall(server_.channel(), context,
                                       "/triad.transform.v1.TransformService/Mirror", {word});
    EXPECT_EQ(Field(reply.status), "word");
    EXPECT_EQ(reply.status.error_message(), "word: must be valid UTF-8");
  }
}

TEST_F(TransformServiceTest, TransformsTextAndBytes) {
  v1::TransformRequest request;
  v1::TransformResponse response;
  request.set_text("/w==");
  request.add_steps()->set_operation("from-base64");
  EXPECT_TRUE(Transform(request, &response).ok());
  EXPECT_EQ(response.data(), "\xff");
  request.set_data("\xff");
  v1::Step& step = *request.mutable_steps(0);
  step.set_operation("to-hex");
  EXPECT_TRUE(Transform(request, &response).ok());
  EXPECT_EQ(response.text(), "ff");
  step.set_operation("rot13");
  EXPECT_EQ(Field(Transform(request, &response)), "steps[0].operation");
}

TEST_F(TransformServiceTest, TakesRecipesAsText) {
  v1::TransformRequest request;
  v1::TransformResponse response;
  request.set_text("abc");
  request.set_recipe("to-hex | off reverse | to-base64(padding=never)");
  EXPECT_TRUE(Transform(request, &response).ok());
  EXPECT_EQ(response.text(), "NjE2MjYz");
  EXPECT_FALSE(response.has_trace());
  request.set_recipe("to-hex |");
  EXPECT_EQ(Field(Transform(request, &response)), "recipe");
  request.set_recipe("to-hex");
  request.add_steps()->set_operation("to-hex");
  EXPECT_EQ(Field(Transform(request, &response)), "recipe");
}

TEST_F(TransformServiceTest, TellsWhichStepFailedAndWhere) {
  v1::TransformRequest request;
  v1::TransformResponse response;
  request.set_text("NDF6eg==");
  request.set_recipe("from-base64 | from-hex");
  grpc::Status status = Transform(request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  google::rpc::ErrorInfo info;
  for (const auto& detail : details.details()) detail.UnpackTo(&info);
  EXPECT_EQ(info.reason(), "STEP_FAILED");
  EXPECT_EQ(info.domain(), "transform.triad");
  EXPECT_EQ(info.metadata().at("step"), "1");
  EXPECT_EQ(info.metadata().at("byte"), "2");
}

TEST_F(TransformServiceTest, TracesStepsOnRequest) {
  v1::TransformRequest request;
  v1::TransformResponse response;
  request.set_text("NDF6eg==");
  request.set_recipe("from-base64 | from-hex");
  request.set_trace(true);
  request.add_peek(0);
  EXPECT_TRUE(Transform(request, &response).ok());
  EXPECT_EQ(response.text(), "41zz") << "what the steps before gave";
  ASSERT_EQ(response.trace().steps_size(), 1);
  EXPECT_EQ(response.trace().steps(0).text(), "41zz");
  EXPECT_EQ(response.trace().steps(0).input_bytes(), 8);
  EXPECT_EQ(response.trace().steps(0).output_bytes(), 4);
  EXPECT_TRUE(response.trace().steps(0).has_elapsed());
  EXPECT_EQ(response.trace().failure().step(), 1);
  EXPECT_EQ(response.trace().failure().byte(), 2);
  EXPECT_EQ(response.trace().failure().code(),
            static_cast<int>(grpc::StatusCode::INVALID_ARGUMENT));
  request.set_trace(false);
  EXPECT_EQ(Field(Transform(request, &response)), "peek");
}

// What runs together is bounded before it is held.
TEST(TransformMemoryTest, WhatDoesNotFitIsRefused) {
  RunningBytes running(10'000);
  rpc::testing::TestServer server([&running](rpc::Admission& admission) {
    return std::make_unique<TransformService>(admission, Limits(), running);
  });
  auto stub = v1::TransformService::NewStub(server.channel());
  v1::TransformRequest request;
  v1::TransformResponse response;
  request.add_steps()->set_operation("to-hex");
  for (int round = 0; round < 3; ++round) {
    grpc::ClientContext large;
    request.set_text(std::string(5001, 'x'));
    grpc::Status refused = stub->Transform(&large, request, &response);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
    EXPECT_THAT(refused.error_message(), HasSubstr("--memory_budget_bytes"));
    grpc::ClientContext small;
    request.set_text(std::string(5000, 'x'));
    EXPECT_TRUE(stub->Transform(&small, request, &response).ok()) << "what is held is given back";
  }
  grpc::ClientContext context;
  v1::MirrorRequest word;
  v1::MirrorResponse mirrored;
  word.set_word(std::string(2001, 'x'));
  EXPECT_EQ(stub->Mirror(&context, word, &mirrored).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(TransformServiceTest, ListsTheCatalogueInPages) {
  std::vector<v1::Operation> operations;
  v1::ListOperationsRequest request;
  request.set_page_size(7);
  do {
    grpc::ClientContext context;
    v1::ListOperationsResponse response;
    ASSERT_TRUE(stub_->ListOperations(&context, request, &response).ok());
    EXPECT_LE(response.operations_size(), 7);
    operations.insert(operations.end(), response.operations().begin(), response.operations().end());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  ASSERT_EQ(operations.size(), AllOperations().size());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    EXPECT_EQ(operations[i].id(), AllOperations()[i]->id);
  }
  grpc::ClientContext context;
  v1::ListOperationsResponse response;
  request.set_page_token("x");
  EXPECT_EQ(Field(stub_->ListOperations(&context, request, &response)), "page_token");
}

TEST_F(TransformServiceTest, DescribesOperationsInFull) {
  grpc::ClientContext context;
  v1::ListOperationsRequest request;
  request.set_page_size(1000);
  v1::ListOperationsResponse response;
  ASSERT_TRUE(stub_->ListOperations(&context, request, &response).ok());
  std::map<std::string, v1::Operation> operations;
  for (const v1::Operation& operation : response.operations()) {
    operations.emplace(operation.id(), operation);
  }
  const v1::Operation& change_case = operations.at("change-case");
  EXPECT_EQ(change_case.family(), "text");
  EXPECT_EQ(change_case.takes(), v1::Operation::DATA_TEXT);
  EXPECT_EQ(change_case.parameters(0).choices(0), "upper");
  EXPECT_EQ(change_case.examples(1).arguments().at("case"), "lower");
  const v1::Operation& gunzip = operations.at("gunzip");
  EXPECT_EQ(gunzip.takes(), v1::Operation::DATA_BYTES);
  EXPECT_EQ(gunzip.cost(), v1::Operation::COST_MEDIUM);
  EXPECT_EQ(gunzip.inverse(), "gzip");
  EXPECT_TRUE(gunzip.streams());
  EXPECT_EQ(gunzip.examples(0).recipe(), "from-base64 | gunzip");
  const v1::Parameter& key = operations.at("aes-encrypt").parameters(0);
  EXPECT_EQ(key.kind(), v1::Parameter::KIND_SECRET);
  EXPECT_TRUE(key.required());
  const v1::Parameter& level = operations.at("gzip").parameters(0);
  EXPECT_EQ(level.kind(), v1::Parameter::KIND_INTEGER);
  EXPECT_EQ(level.max(), 9);
}

TEST_F(TransformServiceTest, ParsesPrintsAndInvertsRecipes) {
  auto parse = [this](const v1::ParseRecipeRequest& request, v1::ParseRecipeResponse* response) {
    grpc::ClientContext context;
    return stub_->ParseRecipe(&context, request, response);
  };
  v1::ParseRecipeRequest request;
  v1::ParseRecipeResponse response;
  request.set_recipe("gzip|to-base64( alphabet = url )");
  EXPECT_TRUE(parse(request, &response).ok());
  EXPECT_EQ(response.recipe(), "gzip | to-base64(alphabet=url)");
  ASSERT_EQ(response.steps_size(), 2);
  EXPECT_EQ(response.steps(1).arguments().at("alphabet"), "url");
  request.clear_recipe();
  *request.mutable_steps() = response.steps();
  request.set_invert(true);
  EXPECT_TRUE(parse(request, &response).ok());
  EXPECT_EQ(response.recipe(), "from-base64(alphabet=url) | gunzip");
  request.mutable_steps(0)->set_operation("digest");
  EXPECT_EQ(parse(request, &response).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  request.mutable_steps(0)->set_operation("rot13");
  EXPECT_EQ(Field(parse(request, &response)), "steps[0].operation");
}

}  // namespace
}  // namespace triad::transform

#include "services/transform/service.h"

#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <gtest/gtest.h>

#include "runtime/rpc/testing/contract.h"
#include "runtime/rpc/testing/raw_call.h"
#include "runtime/rpc/testing/test_server.h"
#include "triad/transform/v1/transform.grpc.pb.h"

namespace triad::transform {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::unique_ptr<grpc::Service> Make(rpc::Admission& admission) {
  return std::make_unique<TransformService>(admission, Limits());
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
  step.set_operation("from-hex");
  EXPECT_EQ(Field(Transform(request, &response)), "steps[0].operation");
}

// What runs together is bounded before it is held.
TEST(TransformMemoryTest, WhatDoesNotFitIsRefusedBeforeItRuns) {
  rpc::testing::TestServer server([](rpc::Admission& admission) {
    return std::make_unique<TransformService>(admission, Limits{.memory_bytes = 10'000});
  });
  auto stub = v1::TransformService::NewStub(server.channel());
  v1::TransformRequest request;
  v1::TransformResponse response;
  request.add_steps()->set_operation("to-hex");
  for (int round = 0; round < 3; ++round) {
    grpc::ClientContext large;
    request.set_text(std::string(2001, 'x'));
    grpc::Status refused = stub->Transform(&large, request, &response);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_THAT(refused.error_message(), HasSubstr("--memory_budget_bytes"));
    grpc::ClientContext small;
    request.set_text(std::string(2000, 'x'));
    EXPECT_TRUE(stub->Transform(&small, request, &response).ok()) << "what is held is given back";
  }
  grpc::ClientContext context;
  v1::MirrorRequest word;
  v1::MirrorResponse mirrored;
  word.set_word(std::string(2001, 'x'));
  EXPECT_EQ(stub->Mirror(&context, word, &mirrored).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TransformServiceTest, ListsTheCatalogue) {
  grpc::ClientContext context;
  v1::ListOperationsResponse response;
  EXPECT_TRUE(stub_->ListOperations(&context, v1::ListOperationsRequest(), &response).ok());
  std::vector<std::string> ids;
  for (const v1::Operation& operation : response.operations()) ids.push_back(operation.id());
  EXPECT_THAT(ids, ElementsAre("from-base64", "to-base64", "to-hex", "change-case", "reverse"));
  const v1::Operation& change_case = response.operations(3);
  EXPECT_EQ(change_case.family(), "text");
  EXPECT_THAT(change_case.parameters(0).choices(), ElementsAre("upper", "lower"));
  EXPECT_EQ(change_case.examples(1).arguments().at("case"), "lower");
}

}  // namespace
}  // namespace triad::transform

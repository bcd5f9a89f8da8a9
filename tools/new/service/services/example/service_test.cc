#include "services/example/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "runtime/database/testing/temp_database.h"
#include "runtime/rpc/testing/contract.h"
#include "runtime/rpc/testing/test_server.h"
#include "services/example/migrations.h"
#include "triad/example/v1/example.grpc.pb.h"

namespace triad::example {
namespace {

using ::testing::IsEmpty;

class ExampleServiceTest : public ::testing::Test {
 protected:
  std::unique_ptr<grpc::Service> Make(rpc::Admission& admission) {
    return std::make_unique<ExampleService>(admission, counters_);
  }

  grpc::Status Increment(const std::string& name, v1::Counter* counter) {
    grpc::ClientContext context;
    v1::IncrementCounterRequest request;
    request.set_name(name);
    return stub_->IncrementCounter(&context, request, counter);
  }

  db::TempDatabase database_{Migrations()};
  CounterStore counters_{*database_};
  rpc::testing::TestServer server_{[this](rpc::Admission& admission) { return Make(admission); }};
  std::unique_ptr<v1::ExampleService::Stub> stub_ = v1::ExampleService::NewStub(server_.channel());
};

TEST_F(ExampleServiceTest, EveryMethodIsGuarded) {
  EXPECT_THAT(
      rpc::testing::CheckMethods("triad.example.v1.ExampleService",
                                 [this](rpc::Admission& admission) { return Make(admission); }),
      IsEmpty());
}

TEST_F(ExampleServiceTest, IncrementReturnsTheCounter) {
  v1::Counter counter;
  ASSERT_TRUE(Increment("counters/visits", &counter).ok());
  ASSERT_TRUE(Increment("counters/visits", &counter).ok());
  EXPECT_EQ(counter.name(), "counters/visits");
  EXPECT_EQ(counter.value(), 2);
}

TEST_F(ExampleServiceTest, IncrementRefusesABadName) {
  for (const char* name : {"", "visits", "counters/", "counters/Visits", "counters/a/b"}) {
    v1::Counter counter;
    EXPECT_EQ(Increment(name, &counter).error_code(), grpc::StatusCode::INVALID_ARGUMENT) << name;
  }
}

}  // namespace
}  // namespace triad::example

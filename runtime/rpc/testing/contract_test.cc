#include "runtime/rpc/testing/contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/rpc/testing/echo_service.h"

namespace triad::rpc::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ContractTest, EveryMethodIsGuarded) {
  EXPECT_THAT(CheckMethods("triad.rpc.testing.EchoService", Serving({})), IsEmpty());
}

TEST(ContractTest, FindsMethodsThatAreNot) {
  class Broken final : public BrokenService::CallbackService {
   public:
    grpc::ServerUnaryReactor* NoRule(grpc::CallbackServerContext* context, const EchoRequest*,
                                     EchoResponse*) override {
      grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
      reactor->Finish(grpc::Status::OK);
      return reactor;
    }
  };
  EXPECT_THAT(CheckMethods("triad.rpc.testing.BrokenService",
                           [](Admission&) { return std::make_unique<Broken>(); }),
              ElementsAre(HasSubstr("NoRule: has no google.api.http rule"),
                          HasSubstr("NoRule: past its deadline: expected code 4, got 0"),
                          HasSubstr("NotImplemented: without token: expected code 16, got 12"),
                          HasSubstr("NotImplemented: past its deadline: expected code 4, got 12")));
}

}  // namespace
}  // namespace triad::rpc::testing

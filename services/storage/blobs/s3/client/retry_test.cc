#include "services/storage/blobs/s3/client/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "runtime/base/testing/fake_random.h"

namespace triad::storage::s3 {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;

class RetryTest : public ::testing::Test {
 protected:
  Retry New() { return Retry(options_, budget_, random_, sleep_); }

  RetryOptions options_;
  RetryBudget budget_{10};
  FakeRandom random_;
  std::vector<absl::Duration> slept_;
  Sleep sleep_ = [this](absl::Duration time) { slept_.push_back(time); };
};

TEST_F(RetryTest, WaitsLongerEachTimeAndGivesUp) {
  for (int i = 0; i < 4; ++i) random_.PushNumber(100 << i);
  Retry retry = New();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(retry.Again(Remedy::kAgain));
  EXPECT_FALSE(retry.Again(Remedy::kAgain)) << "five attempts";
  EXPECT_THAT(slept_, ElementsAre(absl::Milliseconds(100), absl::Milliseconds(200),
                                  absl::Milliseconds(400), absl::Milliseconds(800)));
}

TEST_F(RetryTest, WaitsByChanceUpToALimit) {
  options_.attempts = 100;
  RetryBudget budget(100);
  Retry retry(options_, budget, random_, sleep_);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(retry.Again(Remedy::kAgainSlower));
  EXPECT_THAT(slept_, Each(Le(options_.max_delay)));
  EXPECT_NE(slept_[18], slept_[19]);
}

TEST_F(RetryTest, DoesNotRepeatWhatCannotHelp) {
  EXPECT_FALSE(New().Again(Remedy::kNone));
  Retry retry = New();
  EXPECT_TRUE(retry.Again(Remedy::kNewCredentials));
  EXPECT_FALSE(retry.Again(Remedy::kNewCredentials)) << "refused again";
  EXPECT_THAT(slept_, IsEmpty());
}

TEST_F(RetryTest, AllRequestsShareABudgetThatSuccessRefills) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(New().Again(Remedy::kAgain));
  EXPECT_FALSE(New().Again(Remedy::kAgain));
  for (int i = 0; i < 10; ++i) budget_.Earn();
  EXPECT_TRUE(New().Again(Remedy::kAgain));
  EXPECT_FALSE(New().Again(Remedy::kAgain));
  EXPECT_THAT(slept_, SizeIs(11));
}

}  // namespace
}  // namespace triad::storage::s3

#include "services/storage/blobs/s3/upload_memory.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "runtime/base/testing/fake_clock.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::storage::s3 {
namespace {

constexpr std::int64_t kLimit = 1000;

// Some memory, and uploads that hold some of it.
class UploadMemoryTest : public ::testing::Test {
 protected:
  // An upload for which `bytes` have come, and are held.
  struct Upload {
    explicit Upload(UploadMemory& memory) : share(memory, [this] { gave_up = true; }) {}

    bool Take(std::int64_t bytes) {
      UploadShare::Use use(share, static_cast<std::size_t>(bytes));
      return !use.ended() && share.Take(bytes);
    }
    bool TakeFromOthers(std::int64_t bytes) {
      UploadShare::Use use(share, static_cast<std::size_t>(bytes));
      return !use.ended() && share.TakeFromOthers(bytes);
    }
    void Arrives(std::size_t bytes) { UploadShare::Use use(share, bytes); }

    bool gave_up = false;
    UploadShare share;
  };

  std::unique_ptr<UploadMemory> Memory(absl::Duration patience) {
    return std::make_unique<UploadMemory>(kLimit, patience, used_, ended_, clock_);
  }

  FakeClock clock_;
  Metrics metrics_{"test"};
  prometheus::Gauge& used_ = metrics_.Gauge("used", "");
  prometheus::Counter& ended_ = metrics_.Counter("ended", "");
};

TEST_F(UploadMemoryTest, GivesNoMoreThanThereIs) {
  auto memory = Memory(absl::InfiniteDuration());
  {
    Upload one(*memory);
    Upload other(*memory);
    EXPECT_TRUE(one.Take(600));
    EXPECT_FALSE(other.Take(401));
    EXPECT_TRUE(other.Take(400));
    EXPECT_EQ(used_.Value(), kLimit);
    one.share.Return(1);
    EXPECT_TRUE(other.Take(1));
    other.share.ReturnAll();
    EXPECT_EQ(used_.Value(), 599);
  }
  EXPECT_EQ(used_.Value(), 0) << "what is held is returned in the end";
}

TEST_F(UploadMemoryTest, AnUploadAtRestGivesWayTheOneThatRestsLongestFirst) {
  auto memory = Memory(absl::ZeroDuration());
  Upload first(*memory);
  Upload second(*memory);
  Upload empty(*memory);
  ASSERT_TRUE(first.Take(640));
  clock_.Advance(absl::Seconds(1));
  ASSERT_TRUE(second.Take(360));
  clock_.Advance(absl::Seconds(1));
  first.Arrives(9);  // hardly anything: a 64th were 10
  Upload third(*memory);
  EXPECT_FALSE(third.Take(500));
  EXPECT_TRUE(third.TakeFromOthers(500));
  EXPECT_TRUE(first.gave_up);
  EXPECT_FALSE(second.gave_up);
  EXPECT_FALSE(empty.gave_up) << "it has nothing";
  EXPECT_EQ(used_.Value(), 860);
  EXPECT_EQ(ended_.Value(), 1);
  EXPECT_FALSE(first.Take(1)) << "for good";
  EXPECT_TRUE(second.Take(1));
}

TEST_F(UploadMemoryTest, OneThatMovesHasNotRested) {
  auto memory = Memory(absl::ZeroDuration());
  Upload first(*memory);
  Upload second(*memory);
  ASSERT_TRUE(first.Take(640));
  clock_.Advance(absl::Seconds(1));
  ASSERT_TRUE(second.Take(360));
  clock_.Advance(absl::Seconds(1));
  first.Arrives(10);
  Upload third(*memory);
  EXPECT_TRUE(third.TakeFromOthers(300));
  EXPECT_FALSE(first.gave_up);
  EXPECT_TRUE(second.gave_up);
}

TEST_F(UploadMemoryTest, NoneIsEndedWhileItIsWorkedOnOrBeforeTime) {
  auto patient = Memory(absl::InfiniteDuration());
  Upload young(*patient);
  ASSERT_TRUE(young.Take(kLimit));
  Upload other(*patient);
  EXPECT_FALSE(other.TakeFromOthers(1));

  auto impatient = Memory(absl::ZeroDuration());
  Upload busy(*impatient);
  ASSERT_TRUE(busy.Take(kLimit));
  Upload another(*impatient);
  {
    UploadShare::Use use(busy.share, 0);
    EXPECT_FALSE(another.TakeFromOthers(1));
  }
  EXPECT_TRUE(another.TakeFromOthers(1));
}

}  // namespace
}  // namespace triad::storage::s3

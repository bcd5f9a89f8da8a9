#include "services/config/transfer/upload.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "runtime/io/executor.h"

namespace triad::config {
namespace {

constexpr std::size_t kBudget = 10'000;

class UploadTest : public ::testing::Test {
 protected:
  static std::string ReadAll(Upload& upload) {
    std::string text;
    char buffer[7];
    while (std::size_t count = upload.Read(buffer, sizeof(buffer))) text.append(buffer, count);
    return text;
  }

  MemoryBudget::Time now_;
  MemoryBudget budget_{kBudget, [this] { return now_; }};
  Executor executor_{{.threads = 1}};
};

TEST_F(UploadTest, GivesBackWhatItTook) {
  Upload upload(budget_, executor_);
  for (const char* piece : {"some ", "", "bytes in ", "pieces"}) {
    ASSERT_TRUE(upload.Append(piece).ok());
  }
  EXPECT_EQ(budget_.used(), 20u);
  EXPECT_EQ(ReadAll(upload), "some bytes in pieces");
  EXPECT_EQ(budget_.used(), 0u) << "what was read is not held";
}

TEST_F(UploadTest, RefusesMoreThanThereIs) {
  Upload upload(budget_, executor_);
  ASSERT_TRUE(upload.Append(std::string(kBudget / 2, 'x')).ok());
  EXPECT_EQ(upload.Reserve(kBudget).code(), absl::StatusCode::kOutOfRange);
  EXPECT_TRUE(upload.Reserve(kBudget / 2).ok()) << "it still may have the rest";
}

// One that moves is let be: who comes later waits.
TEST_F(UploadTest, TellsTheNextOneToTryAgain) {
  Upload first(budget_, executor_), second(budget_, executor_);
  ASSERT_TRUE(first.Append(std::string(kBudget - 1, 'x')).ok());
  EXPECT_EQ(second.Append("xx").code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(first.status().ok());
}

TEST_F(UploadTest, EndsTheOneThatIsAtRestForOneThatNeedsItsMemory) {
  Upload first(budget_, executor_), second(budget_, executor_);
  ASSERT_TRUE(first.Append(std::string(kBudget - 1, 'x')).ok());
  now_ += std::chrono::minutes(5);
  ASSERT_TRUE(second.Append(std::string(100, 'y')).ok());
  EXPECT_EQ(first.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(first.Append("more").code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(budget_.used(), 100u);
  EXPECT_EQ(ReadAll(second), std::string(100, 'y'));
}

}  // namespace
}  // namespace triad::config

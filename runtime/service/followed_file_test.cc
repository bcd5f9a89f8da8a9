#include "runtime/service/followed_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "runtime/base/mutex.h"
#include "runtime/io/testing/temp_directory.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::service {
namespace {

using ::testing::HasSubstr;

class FollowedFileTest : public ::testing::Test {
 protected:
  // As Kubernetes does it: another file in its place, which is never seen half
  // written.
  void Write(const std::string& content) {
    std::ofstream(path_ + ".new") << content;
    std::filesystem::rename(path_ + ".new", path_);
  }

  absl::StatusOr<std::unique_ptr<FollowedFile>> Follow() {
    return FollowedFile::Start(
        {.flag = "token_file", .path = path_, .interval = absl::Milliseconds(1)}, metrics_,
        [this](const std::string& content) {
          if (content == "bad") return absl::InvalidArgumentError("it is bad");
          MutexLock lock(mutex_);
          taken_ = content;
          changed_.NotifyAll();
          return absl::OkStatus();
        });
  }

  void WaitFor(const std::string& content) {
    MutexLock lock(mutex_);
    while (taken_ != content) changed_.Wait(mutex_);
  }
  bool Scraped(const std::string& sample) {
    return metrics_.Scrape().find(sample) != std::string::npos;
  }

  TempDirectory directory_;
  const std::string path_ = directory_.path() + "/token";
  Metrics metrics_{"test"};
  Mutex mutex_;
  CondVar changed_;
  std::string taken_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(FollowedFileTest, IsReadAgainWhenItChanges) {
  Write("one");
  auto file = Follow();
  ASSERT_TRUE(file.ok()) << file.status();
  WaitFor("one");
  Write("two");
  WaitFor("two");
  std::ofstream(path_) << "three";
  WaitFor("three");
}

TEST_F(FollowedFileTest, WhatCannotBeTakenLeavesThingsAsTheyWere) {
  Write("one");
  auto file = Follow();
  ASSERT_TRUE(file.ok()) << file.status();
  Write("bad");
  while (!Scraped("{flag=\"token_file\",result=\"error\"} 1")) continue;
  std::filesystem::remove(path_);
  WaitFor("one");
  Write("two");
  WaitFor("two");
}

TEST_F(FollowedFileTest, TheFirstErrorNamesTheFlag) {
  EXPECT_THAT(Follow().status().message(), HasSubstr("--token_file: "));
  Write("bad");
  EXPECT_EQ(Follow().status().message(), "--token_file: it is bad");
}

}  // namespace
}  // namespace triad::service

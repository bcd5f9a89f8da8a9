#include "runtime/process/followed_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "runtime/base/mutex.h"
#include "runtime/io/testing/temp_directory.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad {
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

// As one who looks sees a file that somebody writes in place, piece by piece.
TEST_F(FollowedFileTest, AFileThatIsBeingWrittenIsNotTaken) {
  std::deque<FileLook> looks = {{"one", "1"}, {"", "2"},   {"t", "3"},
                                {"tw", "4"},  {"tw", "5"}, {"two", "6"}};
  std::vector<std::string> all;
  auto file = FollowedFile::Start({.flag = "token_file",
                                   .path = path_,
                                   .interval = absl::Milliseconds(1),
                                   .look =
                                       [&](const std::string&, std::size_t) {
                                         FileLook look = looks.front();
                                         if (looks.size() > 1) looks.pop_front();
                                         return look;
                                       }},
                                  metrics_, [&](const std::string& content) {
                                    MutexLock lock(mutex_);
                                    all.push_back(content);
                                    taken_ = content;
                                    changed_.NotifyAll();
                                    return absl::OkStatus();
                                  });
  ASSERT_TRUE(file.ok()) << file.status();
  WaitFor("two");
  EXPECT_THAT(all, ::testing::ElementsAre("one", "two"));
  EXPECT_FALSE(Scraped("{flag=\"token_file\",result=\"error\"} 1"));
}

TEST_F(FollowedFileTest, AtStartTooItWaitsForTheWriterToBeDone) {
  std::deque<FileLook> looks = {{"t", "1", true}, {"tw", "2", true}, {"two", "3", true}};
  std::vector<std::string> all;
  FollowedFileOptions options = {.flag = "token_file",
                                 .path = path_,
                                 .interval = absl::Milliseconds(1),
                                 .look = [&](const std::string&, std::size_t) {
                                   FileLook look = looks.front();
                                   if (looks.size() > 1) looks.pop_front();
                                   return look;
                                 }};
  auto take = [&](const std::string& content) {
    all.push_back(content);
    return absl::OkStatus();
  };
  EXPECT_TRUE(FollowedFile::Start(options, metrics_, take).ok());
  EXPECT_THAT(all, ::testing::ElementsAre("two"));

  int version = 0;
  options.look = [&](const std::string&, std::size_t) {
    return FileLook{"t", std::to_string(++version), true};
  };
  EXPECT_THAT(FollowedFile::Start(options, metrics_, take).status().message(),
              HasSubstr("it is being written"));
}

TEST_F(FollowedFileTest, AFileIsFreshForASecondAfterItWasWritten) {
  Write("one");
  std::string version = LookAtFile(path_, 100)->version;
  EXPECT_EQ(LookAtFile(path_, 100)->content, "one");
  EXPECT_EQ(LookAtFile(path_, 100)->version, version);
  Write("one");
  EXPECT_NE(LookAtFile(path_, 100)->version, version);
  timespec old[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
  utimensat(AT_FDCWD, path_.c_str(), old, 0);
  EXPECT_FALSE(LookAtFile(path_, 100)->fresh);
  EXPECT_FALSE(LookAtFile(path_ + ".none", 100).ok());
}

TEST_F(FollowedFileTest, TheFirstErrorNamesTheFlag) {
  EXPECT_THAT(Follow().status().message(), HasSubstr("--token_file: "));
  Write("bad");
  EXPECT_EQ(Follow().status().message(), "--token_file: it is bad");
}

}  // namespace
}  // namespace triad

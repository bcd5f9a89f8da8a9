#include "runtime/io/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "runtime/base/mutex.h"

namespace triad {
namespace {

using ::testing::HasSubstr;

// Something to wait for.
class Event {
 public:
  void Set() {
    MutexLock lock(mutex_);
    set_ = true;
    changed_.NotifyAll();  // under the lock: whoever waits may destroy this
  }
  void Wait() {
    MutexLock lock(mutex_);
    while (!set_) changed_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool set_ ABSL_GUARDED_BY(mutex_) = false;
};

TEST(ExecutorTest, RunsTasksInParallel) {
  Executor executor({.name = "test", .threads = 2, .queue = 2});
  Event first, second;
  // Each needs the other to run at the same time.
  ASSERT_TRUE(executor
                  .Submit([&] {
                    first.Set();
                    second.Wait();
                  })
                  .ok());
  ASSERT_TRUE(executor
                  .Submit([&] {
                    first.Wait();
                    second.Set();
                  })
                  .ok());
  second.Wait();
}

TEST(ExecutorTest, RefusesWhatDoesNotFitIntoTheQueue) {
  Event running, release;
  std::atomic<int> ran = 0;
  {
    Executor executor({.name = "busy", .threads = 1, .queue = 2});
    ASSERT_TRUE(executor
                    .Submit([&] {
                      running.Set();
                      release.Wait();
                    })
                    .ok());
    running.Wait();
    EXPECT_EQ(executor.queued(), 0u);
    ASSERT_TRUE(executor.Submit([&] { ++ran; }).ok());
    ASSERT_TRUE(executor.Submit([&] { ++ran; }).ok());
    EXPECT_EQ(executor.queued(), 2u);
    EXPECT_EQ(executor.queue_limit(), 2u);
    EXPECT_EQ(executor.queue_limit(Lane::kWrite), 1u);

    auto kept = std::make_shared<int>();
    absl::Status refused = executor.Submit([kept] {});
    EXPECT_TRUE(absl::IsUnavailable(refused));
    EXPECT_THAT(std::string(refused.message()), HasSubstr("busy"));
    EXPECT_TRUE(refused.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
    EXPECT_EQ(kept.use_count(), 1) << "a refused task is not kept";

    executor.Continue([&] { ++ran; });
    EXPECT_EQ(executor.queued(), 3u) << "what has begun goes on";
    release.Set();
  }
  EXPECT_EQ(ran, 3) << "what was accepted is run, also when the executor goes";
}

// Writes that wait for a disk: as many as there may be, and more that wait.
class ExecutorLaneTest : public ::testing::Test {
 protected:
  void FillWithWrites(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_TRUE(executor_.Submit([this] { Block(); }, Lane::kWrite).ok());
    }
  }
  void Block() {
    MutexLock lock(mutex_);
    ++blocked_;
    changed_.NotifyAll();
    while (!disk_is_back_) changed_.Wait(mutex_);
  }
  void AwaitBlocked(int count) {
    MutexLock lock(mutex_);
    while (blocked_ < count) changed_.Wait(mutex_);
  }
  void ComeBack() {
    MutexLock lock(mutex_);
    disk_is_back_ = true;
    changed_.NotifyAll();
  }

  Mutex mutex_;
  CondVar changed_;
  int blocked_ ABSL_GUARDED_BY(mutex_) = 0;
  bool disk_is_back_ ABSL_GUARDED_BY(mutex_) = false;
  Executor executor_{{.name = "test", .threads = 4, .queue = 16}};
};

TEST_F(ExecutorLaneTest, AReadDoesNotWaitBehindWrites) {
  FillWithWrites(12);
  AwaitBlocked(3);
  Event read;
  ASSERT_TRUE(executor_.Submit([&] { read.Set(); }, Lane::kRead).ok());
  read.Wait();
  Event continued;
  executor_.Continue([&] { continued.Set(); });
  continued.Wait();
  EXPECT_EQ(executor_.queued(), 9u) << "three of them run";
  ComeBack();
  AwaitBlocked(12);
}

TEST_F(ExecutorLaneTest, WritesDoNotFillTheQueue) {
  FillWithWrites(3);
  AwaitBlocked(3);
  FillWithWrites(12);
  EXPECT_TRUE(absl::IsUnavailable(executor_.Submit([] {}, Lane::kWrite)));
  Event read;
  EXPECT_TRUE(executor_.Submit([&] { read.Set(); }, Lane::kRead).ok());
  read.Wait();
  ComeBack();
}

TEST_F(ExecutorLaneTest, ReadsMayHaveAllThreads) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(executor_.Submit([this] { Block(); }).ok());
  AwaitBlocked(4);
  ComeBack();
}

TEST(ExecutorTest, TakesTasksFromTasksAndManyThreads) {
  std::atomic<int> ran = 0;
  {
    Executor executor({.name = "test", .threads = 4, .queue = 100000});
    std::vector<std::thread> submitters;
    for (int i = 0; i < 4; ++i) {
      submitters.emplace_back([&] {
        for (int j = 0; j < 200; ++j) {
          EXPECT_TRUE(
              executor.Submit([&] { EXPECT_TRUE(executor.Submit([&] { ++ran; }).ok()); }).ok());
        }
      });
    }
    for (std::thread& submitter : submitters) submitter.join();
  }
  EXPECT_EQ(ran, 800);
}

TEST(ExecutorTest, WorkThatComesOneByOneStaysWithFewThreads) {
  std::set<std::thread::id> threads;
  {
    Executor executor({.name = "test", .threads = 32, .queue = 2});
    for (int i = 0; i < 200; ++i) {
      Event done;
      ASSERT_TRUE(executor
                      .Submit([&] {
                        threads.insert(std::this_thread::get_id());
                        done.Set();
                      })
                      .ok());
      done.Wait();
    }
  }
  EXPECT_LT(threads.size(), 16u);
}

TEST(ExecutorTest, NamesItsThreads) {
  char name[16] = {};
  {
    Executor executor({.name = "a-rather-long-name", .threads = 1, .queue = 1});
    ASSERT_TRUE(
        executor.Submit([&] { pthread_getname_np(pthread_self(), name, sizeof(name)); }).ok());
  }
  EXPECT_STREQ(name, "a-rather-long-0");
}

}  // namespace
}  // namespace triad

#include "services/config/secrets/resealer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/config/testing/key_rotation_fixture.h"

namespace triad::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IdOf;
using testing::Name;
using ::testing::Not;
using testing::PutSecret;

constexpr ResealOptions kOne{.batch = 1};

std::string CapturedLog() {
  log::Flush();
  return ::testing::internal::GetCapturedStdout();
}

// May fail every other write after all of its work is done.
class ObservedDatabase final : public db::Database {
 public:
  explicit ObservedDatabase(db::Database& database, bool flaky = false)
      : database_(database), flaky_(flaky) {}
  absl::Status Write(Work work, std::function<void()> committed) override {
    bool fails = flaky_ && ++writes_ % 2 == 1;
    return database_.Write(
        [&](db::Session& session) {
          absl::Status status = work(session);
          return status.ok() && fails ? absl::UnavailableError("injected") : status;
        },
        std::move(committed));
  }
  absl::Status Read(absl::FunctionRef<absl::Status(db::Session&)> work) override {
    ++reads_;
    return database_.Read(work);
  }
  absl::Status Purge(absl::Duration timeout) override { return database_.Purge(timeout); }
  absl::Status CheckHealth(absl::Duration timeout) override {
    return database_.CheckHealth(timeout);
  }
  int reads() const { return reads_.load(); }

 private:
  db::Database& database_;
  const bool flaky_;
  std::atomic<int> writes_{0};
  std::atomic<int> reads_{0};
};

using ResealerTest = testing::KeyRotationTest;

TEST_F(ResealerTest, EverythingIsSealedWithTheFirstKeyAndOpensWithItAlone) {
  ASSERT_TRUE(Take(new_ + old_).ok());
  EXPECT_THAT(Sealed(), ElementsAre(std::pair(IdOf(old_), 4)));
  ResealPass pass = Pass();
  EXPECT_EQ(pass.resealed, 4);
  EXPECT_EQ(pass.unopened, 0);
  EXPECT_THAT(Sealed(), ElementsAre(std::pair(IdOf(new_), 4)));
  EXPECT_EQ(KeyOfTheCheck(), IdOf(new_));

  ASSERT_TRUE(Take(new_).ok());
  EXPECT_EQ(Values(), values_);
  WriteKeys(new_);
  fixture_.Restart();
  EXPECT_EQ(Values(), values_);
  EXPECT_EQ(Start(old_).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ResealerTest, NobodySeesADifference) {
  std::string etag = fixture_.store().Get(Name("a"))->etag;
  auto watch = fixture_.hub().Start({"app", ""}, Revision{5});
  std::promise<absl::StatusOr<WatchMessage>> next;
  (*watch)->Next([&](absl::StatusOr<WatchMessage> change) { next.set_value(std::move(change)); });
  std::string before = Everything();
  ASSERT_TRUE(Take(new_ + old_).ok());
  EXPECT_EQ(Pass().resealed, 4);
  EXPECT_EQ(Everything(), before);

  EntryWrite write = PutSecret("a", std::string("next"));
  write.etag = etag;
  Set(write);
  auto change = next.get_future().get();
  ASSERT_TRUE(change.ok()) << change.status();
  EXPECT_EQ(change->revision, Revision{6});
  EXPECT_EQ(fixture_.store().Get(Name("a"))->version, 2);
}

TEST_F(ResealerTest, TransactionsAreBounded) {
  ASSERT_TRUE(Take(new_ + old_).ok());
  ResealPass pass;
  std::vector<std::int64_t> resealed;
  while (!pass.done) {
    ASSERT_NO_FATAL_FAILURE(Step(pass, {.batch = 3}));
    resealed.push_back(pass.resealed);
  }
  EXPECT_THAT(resealed, ElementsAre(3, 4));
  ASSERT_TRUE(Take(old_ + new_).ok());
  // Each is a little longer than its value.
  ASSERT_NO_FATAL_FAILURE(Step(pass, {.batch_bytes = 30}));
  EXPECT_EQ(pass.resealed, 2);
  EXPECT_FALSE(pass.done);
}

// Wherever the process ends, the same file opens the database, the old key alone
// or the new one alone does not, and another pass goes on.
TEST_F(ResealerTest, APassThatIsCutShortIsTakenUpAgain) {
  std::string files[] = {new_ + old_, old_ + new_};
  for (int steps = 0; steps <= 4; ++steps) {
    const std::string& keys = files[steps % 2];
    ASSERT_TRUE(Take(keys).ok());
    ResealPass pass;
    for (int i = 0; i < steps; ++i) ASSERT_NO_FATAL_FAILURE(Step(pass, kOne));
    ASSERT_FALSE(pass.done);
    WriteKeys(keys);
    fixture_.Restart();
    EXPECT_EQ(Values(), values_) << steps;
    std::string first = keys.substr(0, old_.size());
    EXPECT_EQ(Start(first).code(), absl::StatusCode::kFailedPrecondition) << steps;
    EXPECT_EQ(Take(first).code(), absl::StatusCode::kFailedPrecondition) << steps;
    EXPECT_EQ(Pass().resealed, 4 - steps);
    EXPECT_TRUE(Start(first).ok()) << steps;
    EXPECT_EQ(Values(), values_) << steps;
  }
}

TEST_F(ResealerTest, TheThreadTriesAgainWhatFails) {
  ObservedDatabase flaky(database(), true);
  Metrics metrics("test");
  ::testing::internal::CaptureStdout();
  {
    Resealer resealer(flaky, fixture_.secrets(), metrics, kOne, absl::Milliseconds(1));
    ASSERT_TRUE(Take(new_ + old_).ok());
    while (KeyOfTheCheck() != IdOf(new_)) std::this_thread::yield();
  }
  EXPECT_THAT(CapturedLog(), HasSubstr("will be tried again"));
  EXPECT_THAT(Sealed(), ElementsAre(std::pair(IdOf(new_), 4)));
  EXPECT_EQ(Values(), values_);
}

TEST_F(ResealerTest, TheThreadSaysOnceThatOlderKeysAreNotNeeded) {
  Metrics metrics("test");
  ::testing::internal::CaptureStdout();
  {
    ObservedDatabase observed(database());
    Resealer resealer(observed, fixture_.secrets(), metrics, {}, absl::Milliseconds(1));
    EXPECT_THAT(metrics.Scrape(), HasSubstr("triad_config_secrets_sealed_with_old_key 0\n"));
    ASSERT_TRUE(Take(new_ + old_).ok());
    resealer.Wake();
    while (KeyOfTheCheck() != IdOf(new_)) std::this_thread::yield();
    int reads = observed.reads();
    while (observed.reads() < reads + 4) std::this_thread::yield();
  }
  std::string log = CapturedLog();
  std::string line = absl::StrCat("may leave the file key_id=", IdOf(new_));
  EXPECT_THAT(log, HasSubstr(line));
  EXPECT_EQ(log.find(line), log.rfind(line));
  EXPECT_THAT(metrics.Scrape(), HasSubstr("triad_config_secrets_sealed_with_old_key 0\n"));
}

TEST_F(ResealerTest, WhatDoesNotOpenIsLeftAndNamedAndStopsNothing) {
  Execute("UPDATE versions SET nonce = NULL WHERE key = 'b' AND version = 1");
  std::string damaged = "SELECT key_id, value FROM versions WHERE key = 'b' AND version = 1";
  std::string before = Rows(damaged).front().Bytes(1);
  ASSERT_TRUE(Take(new_ + old_).ok());
  Metrics metrics("test");
  ::testing::internal::CaptureStdout();
  {
    ObservedDatabase observed(database());
    Resealer resealer(observed, fixture_.secrets(), metrics, kOne, absl::Milliseconds(1));
    while (KeyOfTheCheck() != IdOf(new_)) std::this_thread::yield();
    int reads = observed.reads();
    while (observed.reads() < reads + 4) std::this_thread::yield();
  }
  std::string log = CapturedLog();
  std::string line =
      "a secret does not open and stays as it is name=namespaces/app/entries/b version=1";
  EXPECT_THAT(log, HasSubstr(line));
  EXPECT_EQ(log.find(line), log.rfind(line));
  EXPECT_THAT(log, Not(HasSubstr("may leave")));
  EXPECT_THAT(log, Not(HasSubstr("plain-")));
  EXPECT_EQ(Rows(damaged).front().Text(0), IdOf(old_));
  EXPECT_EQ(Rows(damaged).front().Bytes(1), before);
  EXPECT_EQ(Sealed()[IdOf(new_)], 3);
  EXPECT_THAT(std::string(Take(new_).message()), HasSubstr(IdOf(old_)));
}

TEST_F(ResealerTest, WhatDidNotOpenIsNoLongerInTheWayOnceItIsGone) {
  Execute("UPDATE versions SET nonce = NULL WHERE key = 'b' AND version = 1");
  ASSERT_TRUE(Take(new_ + old_).ok());
  Metrics metrics("test");
  Resealer resealer(database(), fixture_.secrets(), metrics, {}, absl::Milliseconds(1));
  auto shows = [&](int count) {
    return metrics.Scrape().find(absl::StrCat("triad_config_secrets_sealed_with_old_key ", count,
                                              "\n")) != std::string::npos;
  };
  while (KeyOfTheCheck() != IdOf(new_) || !shows(1)) std::this_thread::yield();
  Execute("DELETE FROM versions WHERE key = 'b' AND version = 1");
  while (!shows(0)) std::this_thread::yield();
  EXPECT_TRUE(Take(new_).ok());
}

}  // namespace
}  // namespace triad::config

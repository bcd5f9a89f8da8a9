#include "services/config/secrets/resealer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <map>
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
  absl::Status WriteLater(Work work, std::function<void()> committed, Answer answer) override {
    return database_.WriteLater(std::move(work), std::move(committed), std::move(answer));
  }
  absl::Status Read(absl::FunctionRef<absl::Status(db::Session&)> work) override {
    int read = ++reads_;
    if (on_read_) on_read_(read);
    return database_.Read(work);
  }
  absl::Status Purge(absl::Duration timeout) override { return database_.Purge(timeout); }
  absl::Status CheckHealth(absl::Duration timeout) override {
    return database_.CheckHealth(timeout);
  }
  int reads() const { return reads_.load(); }
  // Before each read from now on; on the reader's thread.
  void OnRead(std::function<void(int read)> on_read) { on_read_ = std::move(on_read); }

 private:
  db::Database& database_;
  const bool flaky_;
  std::atomic<int> writes_{0};
  std::atomic<int> reads_{0};
  std::function<void(int)> on_read_;
};

using ResealerTest = testing::KeyRotationTest;

TEST_F(ResealerTest, AnotherFirstKeyWrapsTheDataKeysAgainAndIsEnough) {
  std::map<std::string, std::int64_t> sealed = Sealed();
  ASSERT_TRUE(Take(new_ + old_).ok());
  EXPECT_THAT(Wrapped(), ElementsAre(std::pair(IdOf(old_), 1)));
  EXPECT_EQ(Pass().resealed, 1);
  EXPECT_THAT(Wrapped(), ElementsAre(std::pair(IdOf(new_), 1)));
  EXPECT_EQ(KeyOfTheCheck(), IdOf(new_));
  EXPECT_EQ(Sealed(), sealed) << "values stay as they are";

  ASSERT_TRUE(Take(new_).ok());
  EXPECT_EQ(Values(), values_);
  WriteKeys(new_);
  fixture_.Restart();
  EXPECT_EQ(Values(), values_);
  EXPECT_EQ(Start(old_).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ResealerTest, AnotherDataKeySealsTheValuesAgainAndTheOldOneIsGone) {
  std::string before = Sealed().begin()->first;
  std::string after = RotateDataKey();
  EXPECT_THAT(Sealed(), ElementsAre(std::pair(before, 4)));
  EXPECT_EQ(Values(), values_) << "both open";
  EXPECT_EQ(Pass().resealed, 4);
  EXPECT_THAT(Sealed(), ElementsAre(std::pair(after, 4)));
  EXPECT_EQ(Rows("SELECT id FROM data_keys").size(), 1u);
  EXPECT_EQ(Rows("SELECT id FROM data_keys").front().Text(0), after);
  EXPECT_EQ(Values(), values_);
}

TEST_F(ResealerTest, WhatReleasesBeforeHaveSealedGetsDataKeys) {
  ASSERT_NO_FATAL_FAILURE(SealWithoutDataKeys());
  EXPECT_THAT(Sealed(), ElementsAre(std::pair(IdOf(old_), 4)));
  fixture_.Restart();
  EXPECT_EQ(Values(), values_) << "also before it is sealed again";
  EXPECT_THAT(std::string(Take(new_).message()), HasSubstr("it lacks key " + IdOf(old_)));
  EXPECT_EQ(Pass().resealed, 4);
  EXPECT_THAT(Wrapped(), ElementsAre(std::pair(IdOf(old_), 1)));
  EXPECT_EQ(Sealed().size(), 1u);
  EXPECT_EQ(Sealed().count(IdOf(old_)), 0u);
  EXPECT_EQ(Values(), values_);
}

TEST_F(ResealerTest, NobodySeesADifference) {
  std::string etag = fixture_.store().Get(Name("a"))->etag;
  auto watch = fixture_.hub().Start({"app", ""}, Revision{5});
  std::promise<absl::StatusOr<WatchMessage>> next;
  (*watch)->Next([&](absl::StatusOr<WatchMessage> change) { next.set_value(std::move(change)); });
  std::string before = Everything();
  ASSERT_TRUE(Take(new_ + old_).ok());
  RotateDataKey();
  EXPECT_EQ(Pass().resealed, 5);
  EXPECT_EQ(Everything(), before);

  EntryWrite write = PutSecret("a", std::string("next"));
  write.expects.etag = etag;
  Set(write);
  auto change = next.get_future().get();
  ASSERT_TRUE(change.ok()) << change.status();
  EXPECT_EQ(change->revision, Revision{6});
  EXPECT_EQ(fixture_.store().Get(Name("a"))->version, 2);
}

TEST_F(ResealerTest, TransactionsAreBounded) {
  RotateDataKey();
  ResealPass pass;
  std::vector<std::int64_t> resealed;
  while (!pass.done) {
    ASSERT_NO_FATAL_FAILURE(Step(pass, {.batch = 3}));
    resealed.push_back(pass.resealed);
  }
  EXPECT_THAT(resealed, ElementsAre(3, 4));
  RotateDataKey();
  pass = {};
  // Each is a little longer than its value.
  ASSERT_NO_FATAL_FAILURE(Step(pass, {.batch_bytes = 30}));
  EXPECT_EQ(pass.resealed, 2);
  EXPECT_FALSE(pass.done);
}

// Wherever the process ends, the same file opens the database, the old key alone
// or the new one alone does not, and another pass goes on.
TEST_F(ResealerTest, APassThatIsCutShortIsTakenUpAgain) {
  std::string files[] = {new_ + old_, old_ + new_};
  for (int steps = 0; steps <= 5; ++steps) {
    const std::string& keys = files[steps % 2];
    ASSERT_TRUE(Take(keys).ok());
    RotateDataKey();
    ResealPass pass;
    for (int i = 0; i < steps; ++i) ASSERT_NO_FATAL_FAILURE(Step(pass, kOne));
    ASSERT_FALSE(pass.done);
    WriteKeys(keys);
    fixture_.Restart();
    EXPECT_EQ(Values(), values_) << steps;
    std::string first = keys.substr(0, old_.size());
    EXPECT_EQ(Start(first).code(), absl::StatusCode::kFailedPrecondition) << steps;
    EXPECT_EQ(Take(first).code(), absl::StatusCode::kFailedPrecondition) << steps;
    EXPECT_EQ(Pass().resealed, 5 - steps);
    EXPECT_TRUE(Start(first).ok()) << steps;
    EXPECT_EQ(Values(), values_) << steps;
  }
}

TEST_F(ResealerTest, TheThreadTriesAgainWhatFails) {
  ObservedDatabase flaky(database(), true);
  Metrics metrics("test");
  ::testing::internal::CaptureStdout();
  {
    Resealer resealer(flaky, fixture_.secrets(), fixture_.data_keys(), metrics, kOne,
                      absl::Milliseconds(1));
    RotateDataKey();
    ASSERT_TRUE(Take(new_ + old_).ok());
    while (KeyOfTheCheck() != IdOf(new_)) std::this_thread::yield();
  }
  EXPECT_THAT(CapturedLog(), HasSubstr("will be tried again"));
  EXPECT_THAT(Wrapped(), ElementsAre(std::pair(IdOf(new_), 1)));
  EXPECT_EQ(Values(), values_);
}

TEST_F(ResealerTest, TheThreadSaysOnceThatOlderKeysAreNotNeeded) {
  Metrics metrics("test");
  ::testing::internal::CaptureStdout();
  {
    ObservedDatabase observed(database());
    Resealer resealer(observed, fixture_.secrets(), fixture_.data_keys(), metrics, {},
                      absl::Milliseconds(1));
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

// The second read is the look after the first pass: what is replaced by then has another pass.
TEST_F(ResealerTest, AKeyThatIsReplacedAsAPassEndsIsNotForgotten) {
  ASSERT_TRUE(Take(new_ + old_).ok());
  std::atomic<bool> rotated{false};
  ObservedDatabase observed(database());
  observed.OnRead([&](int read) {
    if (read != 2) return;
    RotateDataKey();
    rotated.store(true);
  });
  Metrics metrics("test");
  Resealer resealer(observed, fixture_.secrets(), fixture_.data_keys(), metrics, {},
                    absl::Milliseconds(1));
  while (!rotated.load() || Rows("SELECT id FROM data_keys").size() != 1) std::this_thread::yield();
  EXPECT_EQ(Values(), values_);
}

// What the thread logs until it has found nothing more to do.
std::string LogOfAPass(db::Database& database, testing::StoreFixture& fixture) {
  Metrics metrics("test");
  ::testing::internal::CaptureStdout();
  {
    ObservedDatabase observed(database);
    Resealer resealer(observed, fixture.secrets(), fixture.data_keys(), metrics, kOne,
                      absl::Milliseconds(1));
    while (observed.reads() < 8) std::this_thread::yield();
  }
  return CapturedLog();
}

TEST_F(ResealerTest, WhatDoesNotOpenIsLeftAndNamedAndStopsNothing) {
  std::string damaged = "SELECT key_id, value FROM versions WHERE key = 'b' AND version = 1";
  Execute("UPDATE versions SET nonce = NULL WHERE key = 'b' AND version = 1");
  std::string key = Rows(damaged).front().Text(0), value = Rows(damaged).front().Bytes(1);
  std::string after = RotateDataKey();
  std::string log = LogOfAPass(database(), fixture_);
  std::string line =
      "a secret does not open and stays as it is name=namespaces/app/entries/b version=1";
  EXPECT_THAT(log, HasSubstr(line));
  EXPECT_EQ(log.find(line), log.rfind(line));
  EXPECT_THAT(log, Not(HasSubstr("plain-")));
  EXPECT_EQ(Rows(damaged).front().Text(0), key);
  EXPECT_EQ(Rows(damaged).front().Bytes(1), value);
  EXPECT_EQ(Sealed()[after], 3);
  EXPECT_EQ(Rows("SELECT id FROM data_keys").size(), 2u) << "the old key stays for it";
}

TEST_F(ResealerTest, ADataKeyThatDoesNotOpenKeepsTheKeyThatHasWrappedIt) {
  Execute("UPDATE data_keys SET nonce = wrapped");
  ASSERT_TRUE(Take(new_ + old_).ok());
  std::string log = LogOfAPass(database(), fixture_);
  EXPECT_THAT(log, HasSubstr("a data key does not open and stays as it is "
                             "name=namespaces/app/dataKeys/1"));
  EXPECT_THAT(log, Not(HasSubstr("may leave")));
  EXPECT_THAT(std::string(Take(new_).message()), HasSubstr(IdOf(old_)));
  // Another one lets secrets be written again.
  EXPECT_FALSE(fixture_.store().Write(PutSecret("a", std::string("next"))).ok());
  RotateDataKey();
  EXPECT_TRUE(fixture_.store().Write(PutSecret("a", std::string("next"))).ok());
}

TEST_F(ResealerTest, WhatDidNotOpenIsNoLongerInTheWayOnceItIsGone) {
  Execute("UPDATE versions SET nonce = NULL WHERE key = 'b' AND version = 1");
  RotateDataKey();
  Metrics metrics("test");
  Resealer resealer(database(), fixture_.secrets(), fixture_.data_keys(), metrics, {},
                    absl::Milliseconds(1));
  auto shows = [&](int count) {
    return metrics.Scrape().find(absl::StrCat("triad_config_secrets_sealed_with_old_key ", count,
                                              "\n")) != std::string::npos;
  };
  while (!shows(1)) std::this_thread::yield();
  Execute("DELETE FROM versions WHERE key = 'b' AND version = 1");
  // The next pass finds the key that nothing is sealed with any more.
  while (!shows(0)) std::this_thread::yield();
  RotateDataKey();
  while (Rows("SELECT id FROM data_keys").size() != 1) std::this_thread::yield();
}

}  // namespace
}  // namespace triad::config

#include "services/config/secrets/key_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/config/testing/key_rotation_fixture.h"

namespace triad::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IdOf;
using testing::NewKey;
using ::testing::Not;
using testing::PutSecret;

using KeyCheckTest = testing::KeyRotationTest;

TEST_F(KeyCheckTest, AnotherFirstKeyInTheMiddleBeginsThePassAnew) {
  std::string third = NewKey();
  ASSERT_TRUE(Take(new_ + old_).ok());
  ResealPass pass;
  ASSERT_NO_FATAL_FAILURE(Step(pass, {.batch = 1}));
  EXPECT_THAT(std::string(Take(third + old_).message()), HasSubstr("lacks key " + IdOf(new_)));
  ASSERT_TRUE(Take(third + new_ + old_).ok());
  while (!pass.done) ASSERT_NO_FATAL_FAILURE(Step(pass, {.batch = 1}));
  EXPECT_EQ(pass.resealed, 1);
  EXPECT_THAT(Wrapped(), ElementsAre(std::pair(IdOf(third), 1)));
  EXPECT_TRUE(Start(third).ok());
  EXPECT_EQ(Values(), values_);
}

TEST_F(KeyCheckTest, NothingIsLeftOfWhatIsWrittenMeanwhile) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> writers;
  for (const char* key : {"x", "y"}) {
    writers.emplace_back([&, key] {
      while (!stop.load()) Set(PutSecret(key, std::string("busy")));
    });
  }
  std::string last = old_;
  for (int round = 0; round < 5; ++round) {
    std::string next = NewKey();
    EXPECT_TRUE(Take(next + last).ok());
    Pass();
    // The writers go on, and the older key is not missed.
    absl::Status alone = Take(next);
    EXPECT_TRUE(alone.ok()) << alone;
    EXPECT_EQ(Wrapped().size(), 1u);
    last = next;
    RotateDataKey();
  }
  stop.store(true);
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(Wrapped().begin()->first, IdOf(last));
  Pass();
  EXPECT_EQ(Sealed().size(), 1u);
}

// A key that was the first for a moment, in which writes come or do not: either it
// is found to be needed, or nothing is sealed with it.
TEST_F(KeyCheckTest, AKeyIsNeverDroppedUnderAWrite) {
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    // A namespace's first secret draws its data key.
    for (int i = 0; !stop.load(); ++i) {
      EntryWrite write = PutSecret("x", std::string("busy"));
      write.name.space = absl::StrCat("n", i);
      Set(write);
    }
  });
  std::string kept = old_;
  for (int round = 0; round < 100; ++round) {
    std::string next = NewKey();
    EXPECT_TRUE(Take(next + kept).ok());
    if (!Take(kept).ok()) kept += next;
  }
  stop.store(true);
  writer.join();
  EXPECT_THAT(Values(), Not(::testing::Contains(HasSubstr(" -"))));
}

TEST_F(KeyCheckTest, AFileThatLacksAKeyChangesNothing) {
  std::string before = Everything();
  absl::Status refused = Take(new_);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr(absl::StrCat("it lacks key ", IdOf(old_), ", with which")));
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("has to stay in the file, as a later line"));
  EXPECT_EQ(Take(new_ + "junk").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Take("").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(fixture_.secrets().key_ids(), ElementsAre(IdOf(old_)));
  EXPECT_EQ(Everything(), before);
  EXPECT_EQ(Values(), values_);
}

}  // namespace
}  // namespace triad::config

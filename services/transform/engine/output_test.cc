#include "services/transform/engine/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace triad::transform {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kMiB = 1024 * 1024;

class OutputTest : public ::testing::Test {
 protected:
  RunningBytes memory_{16 * kMiB};
};

TEST_F(OutputTest, KeepsWhatIsWritten) {
  Output output({}, memory_, NeverCancelled);
  output.Append("Tri");
  output.Put('a');
  output.Append("d");
  EXPECT_EQ(output.bytes(), "Triad");
  EXPECT_EQ(output.total_bytes(), 5);
  EXPECT_TRUE(output.status().ok());
}

TEST_F(OutputTest, StopsAtTheByteThatIsTooMuch) {
  for (std::size_t piece : {1, 7, 1000}) {
    Output output({.max_bytes = 1000}, memory_, NeverCancelled);
    for (std::size_t at = 0; at < 1000; at += piece) {
      output.Append(std::string(std::min(piece, 1000 - at), 'x'));
    }
    EXPECT_TRUE(output.status().ok()) << piece;
    output.Put('x');
    EXPECT_TRUE(absl::IsResourceExhausted(output.status())) << piece;
    EXPECT_THAT(std::string(output.status().message()), HasSubstr("--max_output_bytes"));
    output.Append("more");
    EXPECT_EQ(output.total_bytes(), 1000) << "nothing follows a failure";
  }
}

TEST_F(OutputTest, MayBeLongButNotOutOfProportion) {
  OutputLimits limits = {.max_ratio = 100};
  Output output(limits, memory_, NeverCancelled);
  output.CountInput(20'000);
  output.Append(std::string(2 * kMiB - 100'000, 'x'));
  EXPECT_TRUE(output.status().ok());
  Output bomb(limits, memory_, NeverCancelled);
  bomb.CountInput(10);
  bomb.Append(std::string(kMiB, 'x'));
  EXPECT_TRUE(bomb.status().ok()) << "what is short is in no proportion";
  bomb.Append(std::string(kMiB, 'x'));
  EXPECT_THAT(std::string(bomb.status().message()), HasSubstr("--max_ratio"));
}

TEST_F(OutputTest, TakesItsMemoryFromTheBudgetAndGivesItBack) {
  for (int round = 0; round < 3; ++round) {
    Output output({}, memory_, NeverCancelled);
    output.Append(std::string(12 * kMiB, 'x'));
    EXPECT_TRUE(output.status().ok()) << round;
    Output other({}, memory_, NeverCancelled);
    other.Append(std::string(8 * kMiB, 'x'));
    EXPECT_TRUE(absl::IsUnavailable(other.status())) << round;
    EXPECT_TRUE(absl::IsResourceExhausted(output.Hold(8 * kMiB))) << "it never fits";
  }
}

TEST_F(OutputTest, WhatIsExpectedIsNoClaim) {
  RunningBytes memory(1000);
  Output output({}, memory, NeverCancelled);
  output.Expect(1'000'000);
  output.Append("abc");
  EXPECT_FALSE(output.failed()) << output.status();
  EXPECT_EQ(output.bytes(), "abc");
}

TEST_F(OutputTest, LooksAtCancellationAsItGoes) {
  bool cancelled = false;
  auto ask = [&cancelled] { return cancelled; };
  Output writing({}, memory_, ask);
  writing.Append("x");
  cancelled = true;
  for (int i = 0; i < 64 * 1024 && !writing.failed(); ++i) writing.Append("xx");
  EXPECT_TRUE(absl::IsCancelled(writing.status()));
  cancelled = false;
  Output reading({}, memory_, ask);
  EXPECT_TRUE(reading.Going(64 * 1024));
  cancelled = true;
  EXPECT_TRUE(reading.Going(64 * 1024 + 1)) << "it was looked a byte before";
  EXPECT_FALSE(reading.Going(128 * 1024));
  EXPECT_TRUE(absl::IsCancelled(reading.status()));
}

TEST_F(OutputTest, RunsApartWhatIsStillWanted) {
  bool cancelled = false;
  auto ask = [&cancelled] { return cancelled; };
  int apart = 0;
  OutputLimits limits = {.apart = [&apart](absl::FunctionRef<void()> work) {
    ++apart;
    work();
    return absl::OkStatus();
  }};
  Output output(limits, memory_, ask);
  int ran = 0;
  EXPECT_TRUE(output.Apart([&ran] { ++ran; }).ok());
  cancelled = true;
  EXPECT_TRUE(absl::IsCancelled(output.Apart([&ran] { ++ran; })));
  EXPECT_EQ(apart, 2);
  EXPECT_EQ(ran, 1);
}

TEST_F(OutputTest, GivesASinkPiecesAndHoldsNoMore) {
  std::string all;
  std::size_t longest = 0;
  Output output({}, memory_, NeverCancelled, [&](absl::string_view piece) {
    longest = std::max(longest, piece.size());
    all.append(piece.data(), piece.size());
    return absl::OkStatus();
  });
  for (int i = 0; i < 1000; ++i) output.Append(std::string(1000, static_cast<char>('a' + i % 26)));
  EXPECT_TRUE(output.Flush().ok());
  EXPECT_EQ(all.size(), 1'000'000);
  EXPECT_EQ(output.total_bytes(), 1'000'000);
  EXPECT_LE(longest, 256 * 1024);
}

TEST_F(OutputTest, EndsWithItsSink) {
  Output output({}, memory_, NeverCancelled,
                [](absl::string_view) { return absl::AbortedError("full"); });
  for (int i = 0; i < 200; ++i) output.Append(std::string(1024, 'x'));
  EXPECT_TRUE(absl::IsAborted(output.status()));
}

}  // namespace
}  // namespace triad::transform

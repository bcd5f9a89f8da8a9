#include "services/transform/engine/unicode/unicode.h"

#include <gtest/gtest.h>
#include <time.h>

#include <algorithm>

#include "absl/time/time.h"
#include "services/transform/engine/unicode/mirror.h"

namespace triad::transform {
namespace {

std::string Repeat(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

struct Function {
  const char* name;
  absl::StatusOr<std::string> (*run)(absl::string_view text, Cancelled cancelled);
};

constexpr Function kFunctions[] = {
    {"ReverseGraphemes", &ReverseGraphemes},
    {"ToUpper", [](absl::string_view text, Cancelled c) { return ToUpper(text, "", c); }},
    {"ToLower", [](absl::string_view text, Cancelled c) { return ToLower(text, "", c); }},
    {"SwapCase", &SwapCase},
    {"Mirror", &Mirror}};

// What has to be looked at as a whole, or looks so for long.
const char* const kLongRuns[] = {
    "🇩",        // regional indicators: in pairs, from the beginning of their run
    "\u0301",   // combining marks: one cluster
    "👩\u200d",  // emoji joined by ZWJ: one cluster
    "\u1112",   // leading jamo: one cluster
    "Σ",        // final or not, by the letters around
    "Σ'",       // an apostrophe is looked past
};

// Of a processor, used by this thread so far.
absl::Duration ProcessorTime() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

absl::Duration QuickestOfFive(const Function& function, const std::string& text) {
  absl::Duration quickest = absl::InfiniteDuration();
  for (int run = 0; run < 5; ++run) {
    absl::Duration before = ProcessorTime();
    EXPECT_TRUE(function.run(text, NeverCancelled).ok());
    quickest = std::min(quickest, ProcessorTime() - before);
  }
  return quickest;
}

// Sixteen times the text takes about sixteen times as long, not 256 times; with a
// sanitizer some more, as its memory does not fit the caches.
TEST(UnicodeTest, TimeGrowsAsTheTextDoes) {
  for (const Function& function : kFunctions) {
    for (const char* run : kLongRuns) {
      absl::Duration once = QuickestOfFive(function, Repeat(run, 2'048));
      absl::Duration more = QuickestOfFive(function, Repeat(run, 32'768));
      EXPECT_LT(absl::FDivDuration(more, once), 64) << function.name << " of " << run;
    }
  }
}

TEST(UnicodeTest, EndsWhenNobodyWaits) {
  std::string text = Repeat("é Σ\n", 100'000);
  for (const Function& function : kFunctions) {
    int asked = 0;
    auto result = function.run(text, [&] { return ++asked == 2; });
    EXPECT_TRUE(absl::IsCancelled(result.status())) << function.name;
    EXPECT_EQ(asked, 2) << function.name;
  }
}

TEST(UnicodeTest, CaseIsTheSameInOnePieceAndInMany) {
  std::string word = "ΟΔΟΣ Straße\n";
  std::string upper = *ToUpper(word, "", NeverCancelled);
  std::string lower = *ToLower(word, "", NeverCancelled);
  EXPECT_EQ(*ToUpper(Repeat(word, 20'000), "", NeverCancelled), Repeat(upper, 20'000));
  EXPECT_EQ(*ToLower(Repeat(word, 20'000), "", NeverCancelled), Repeat(lower, 20'000));
}

TEST(UnicodeTest, ReversesFlagsInPairsHoweverMany) {
  EXPECT_EQ(*ReverseGraphemes("🇩🇪🇫🇷🇮", NeverCancelled), "🇮🇫🇷🇩🇪");
  EXPECT_EQ(*ReverseGraphemes(Repeat("🇩🇪", 10'000) + "a", NeverCancelled),
            "a" + Repeat("🇩🇪", 10'000));
}

}  // namespace
}  // namespace triad::transform

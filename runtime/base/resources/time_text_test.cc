#include "runtime/base/resources/time_text.h"

#include <gtest/gtest.h>

namespace triad {
namespace {

TEST(TimeTextTest, HasThreeDigitsAtATime) {
  const std::pair<std::int64_t, const char*> cases[] = {
      {0, "2026-11-30T23:24:29Z"},
      {410'000'000, "2026-11-30T23:24:29.410Z"},
      {410'850'000, "2026-11-30T23:24:29.410850Z"},
      {410'850'001, "2026-11-30T23:24:29.410850001Z"},
      {1, "2026-11-30T23:24:29.000000001Z"},
  };
  for (const auto& [nanoseconds, text] : cases) {
    EXPECT_EQ(TimeText(absl::FromUnixSeconds(1796081069) + absl::Nanoseconds(nanoseconds)), text);
  }
  EXPECT_EQ(TimeText(absl::FromUnixMillis(-1)), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace triad

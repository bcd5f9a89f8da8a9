#include "runtime/export/crash_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace triad::reporting {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string TextOf(int frames) {
  CrashText text;
  text.Begin(11, 0xdeadbeef, 1'700'000'000, "0.1.0+abc");
  for (int i = 0; i < frames; ++i) text.AddFrame(i % 2 == 0 ? "+" : "", 0x1a2b + i);
  text.End();
  return std::string(text.data(), text.size());
}

TEST(CrashRecordTest, IsReadAsItWasWritten) {
  auto record = ParseCrashRecord(TextOf(2));
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->signal, 11);
  EXPECT_EQ(record->address, 0xdeadbeefu);
  EXPECT_EQ(record->at, absl::FromUnixSeconds(1'700'000'000));
  EXPECT_EQ(record->release, "0.1.0+abc");
  EXPECT_THAT(record->frames, ElementsAre("+0x1a2b", "0x1a2c"));
}

TEST(CrashRecordTest, NumbersMayBeAsLargeAsTheyCome) {
  CrashText text;
  text.Begin(6, std::numeric_limits<std::uintptr_t>::max(), 0, "x");
  text.End();
  auto record = ParseCrashRecord(absl::string_view(text.data(), text.size()));
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->address, std::numeric_limits<std::uintptr_t>::max());
  EXPECT_THAT(record->frames, IsEmpty());
}

TEST(CrashRecordTest, WhatIsCutShortAnywhereIsNone) {
  std::string whole = TextOf(3);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(ParseCrashRecord(whole.substr(0, size)).ok()) << size;
  }
}

TEST(CrashRecordTest, WhatDoesNotFitIsNotTakenForWhole) {
  EXPECT_FALSE(ParseCrashRecord(TextOf(1000)).ok());
}

TEST(CrashRecordTest, OtherTextIsNone) {
  for (const char* text :
       {"", "end\n", "triad crash 1\nend\n", "triad crash 1\nx\n0\n0\nr\nend\n",
        "triad crash 1\n11\nxyz\n0\nr\nend\n", "triad crash 2\n11\n0\n0\nr\nend\n"}) {
    EXPECT_FALSE(ParseCrashRecord(text).ok()) << text;
  }
}

}  // namespace
}  // namespace triad::reporting
